//! The examples below each command's help; a test types every one of them.

pub const PROGRAM: &str = "\
Examples:
  latchkey-client link --server https://licenses.example.com --name \"Reception\"
  latchkey-client preview ABCDE-FGH23-JKLM4-NPQR5
  latchkey-client activate ABCDE-FGH23-JKLM4-NPQR5
  latchkey-client activate --accept-agreement - < code.txt
  latchkey-client status --json
  latchkey-client heartbeat --watch

Exit codes:
  0  done; for start, and for status without the server: the application works, in full or in part
  1  refused by a rule; the message names it (E01 to E36)
  2  the command line, or what was typed, can't be used; the state file can't be read or written
  3  this device is not linked, or its token is no longer accepted
  4  no connection to the server, or a fault there
  5  the link was denied
  6  the link expired before anyone confirmed it
  7  the application does not work here: it is not activated, or it has stopped (start; status without the server)

Answers go to standard output, everything else to standard error. With --json each answer is one line of JSON; a problem
too, with its code, its rule and what to do.";

pub const LINK: &str = "\
Examples:
  latchkey-client link --server https://licenses.example.com
  latchkey-client link --name \"Reception\" --os windows_server
  latchkey-client link --json

The code to confirm is shown at once, as text and as a QR code; the program waits until somebody confirms it in the console.";

pub const REINSTALL: &str = "\
Examples:
  latchkey-client reinstall ABCDE-FGH23-JKMN4-NPQR5-STUV6-WXYZ7 --server https://licenses.example.com
  latchkey-client reinstall - < ticket.txt

The ticket works once, within 14 days. The device has its seat and its dates back; no code is needed.";

pub const ACTIVATE: &str = "\
Examples:
  latchkey-client activate ABCDE-FGH23-JKLM4-NPQR5
  latchkey-client activate --accept-agreement - < code.txt
  latchkey-client activate ABCDE-FGH23-JKLM4-NPQR5 --instead-of \"Old laptop\"
  latchkey-client activate ABCDE-FGH23-JKLM4-NPQR5 --previous-code PQRST-UVW23-XYZ45-6789A
  latchkey-client activate ABCDE-FGH23-JKLM4-NPQR5 --accept-shorter-term

Where a license runs, the code waits as a reserve and takes over at its end. On any refusal nothing is used up.";

pub const PREVIEW: &str = "\
Examples:
  latchkey-client preview ABCDE-FGH23-JKLM4-NPQR5
  latchkey-client preview - --json < code.txt

Nothing changes, but a wrong code counts as a try.";

pub const STATUS: &str = "\
Examples:
  latchkey-client status
  latchkey-client status --json

Without the server it shows what the last ticket allows and until when, and ends with 0 while the application works,
with 7 when it has stopped, and with 4 when there is no ticket to go by.";

pub const START: &str = "\
Examples:
  latchkey-client start
  latchkey-client start --json

Ends with 0 when the application works, in full or in part, and with 7 when it does not. On a terminal the Activation
window asks for a code; an empty line closes it, and the application stays as it is.";

pub const RESERVE: &str = "\
Examples:
  latchkey-client reserve ABCDE-FGH23-JKLM4-NPQR5
  latchkey-client reserve ABCDE-FGH23-JKLM4-NPQR5 --replace
  latchkey-client reserve --remove
  latchkey-client reserve --activate-now

A code waits on one device: on several devices it is added on each. The switch at the end of the license needs no command;
--activate-now is there for a switch that failed.";

pub const RELEASE: &str = "\
Examples:
  latchkey-client release
  latchkey-client release --yes --json

The device stays linked, and the same code can be activated on it again. A code that waits here takes over at once.";

pub const HEARTBEAT: &str = "\
Examples:
  latchkey-client heartbeat
  latchkey-client heartbeat --watch

It fetches a fresh ticket, so that the application works without the server for ten more days, and confirms what the
console asked of the device: a license sent to it, a seat released, a new name.";

pub const AGREEMENT: &str = "\
Examples:
  latchkey-client agreement
  latchkey-client agreement accept";

pub const UPDATE: &str = "\
Examples:
  latchkey-client update
  latchkey-client update --date 2026-11-24
  latchkey-client update --date 2026-11-24 --by-hand
  latchkey-client update --date 2026-11-24 --by-hand --yes

Databases installed by hand after the end of the license stop the application; --by-hand warns before.";

pub const WHOAMI: &str = "\
Examples:
  latchkey-client whoami
  latchkey-client whoami --json";

pub const UNINSTALL: &str = "\
Examples:
  latchkey-client uninstall
  latchkey-client uninstall --yes

The server is told first, so that the seat is free; without a connection nothing is forgotten.";

pub const VERIFY_ACTIVITY: &str = "\
Examples:
  latchkey-client verify-activity latchkey-activity-2027-03-14.json
  latchkey-client verify-activity new.json --earlier old.json --key 3f9a1c0d5b7e2468

Exit code 1: an event was changed, removed or moved, or the signature does not hold; the event is named.";
