//! The design system: every control and every pattern a page is made of. It knows neither the domain nor the router; all words are passed in.

mod bar;
mod browser;
mod button;
mod card;
mod choice;
mod code;
mod copy;
mod credential;
mod dialog;
mod error;
mod field;
mod find;
mod frame;
mod icon;
mod notice;
mod page;
mod qr;
mod table;

pub use bar::{Pips, TermBar};
pub use browser::{browser_zone, hydrated};
pub use button::{Button, ButtonLink, Variant};
pub use card::{Card, Day, Fact, Facts};
pub use choice::{Checkbox, Choice, Radios, Select};
pub use code::{CodeField, CodePanel, Key, Tiles};
pub use copy::CopyButton;
pub use credential::{Ceremony, credential};
pub use dialog::ConfirmDialog;
pub use error::{Answer, ErrorSummary, FieldLink};
pub use field::{Field, TextArea};
pub use find::Find;
pub use frame::{Frame, FrameOut, Place, SkipLink};
pub use icon::{Glyph, Icon, Logo, LogoSize, Mark};
pub use notice::{Badge, Done, Empty, LiveRegion, Notice, State, Tone};
pub use page::{Moment, PageHead, Stage, Steps, Timeline};
pub use qr::{Qr, QrSvg};
pub use table::{DataTable, Onward, Pager, Tab, Tabs, Verdict, VerdictMark};
