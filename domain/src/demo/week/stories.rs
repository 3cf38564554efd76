//! Who writes to support in the busy week, and what becomes of it.

use crate::case::Topic;

/// Days since it bought, the office, its owner, their address, and what was paid in hundredths of a rupee.
pub(super) const OFFICES: [(i64, &str, &str, &str, i64); 11] = [
    (210, "Cedar Veterinary Practice", "Ines Duarte", "ines@cedar-vet.example", 499_900),
    (96, "Marlow & Finch Architects", "Tom Finch", "tom@marlow-finch.example", 499_900),
    (340, "Sunrise Day Nursery", "Kavita Rao", "kavita@sunrise-nursery.example", 299_900),
    (41, "Bridge Street Bakery", "Paul Osei", "paul@bridge-bakery.example", 299_900),
    (150, "Orchard Physiotherapy", "Meera Shah", "meera@orchard-physio.example", 499_900),
    (12, "Quayside Legal", "Elena Rossi", "elena@quayside-legal.example", 499_900),
    (19, "Tall Pines Campsite", "Hugo Lund", "hugo@tall-pines.example", 1_249_900),
    (63, "Bluebird Travel", "Aisha Khan", "aisha@bluebird-travel.example", 499_900),
    (24, "Mill Lane Pottery", "Rosa Keller", "rosa@mill-lane.example", 299_900),
    (72, "Foxglove Florists", "Daniel Okoro", "daniel@foxglove.example", 299_900),
    (131, "Lantern Bookshop", "Nils Aber", "nils@lantern-books.example", 499_900),
];

/// What happens in a case, so many hours ago; the number names Sam, Lena or Priya.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// Somebody in support takes it.
    Takes(usize, i64),
    /// Support answers, and the case goes on as this.
    Replies(usize, i64, &'static str, &'static str),
    /// Support notes something for itself.
    Notes(usize, i64, &'static str),
    /// The customer answers.
    Answers(i64, &'static str),
}

/// A case and its way.
pub(super) struct Story {
    pub office: usize,
    pub topic: Topic,
    pub hours_ago: i64,
    pub subject: &'static str,
    pub said: &'static str,
    pub then: &'static [Step],
}

const fn story(
    office: usize,
    topic: Topic,
    hours_ago: i64,
    subject: &'static str,
    said: &'static str,
    then: &'static [Step],
) -> Story {
    Story { office, topic, hours_ago, subject, said, then }
}

use Step::{Answers, Notes, Replies, Takes};

pub(super) const CASES: &[Story] = &[
    story(
        0,
        Topic::Usage,
        1,
        "Updates fail on one computer",
        "The computer in the surgery says that updates failed, since this morning. The other ones are fine.",
        &[],
    ),
    story(
        1,
        Topic::DeviceCount,
        2,
        "A place for a new colleague",
        "A new architect starts on Monday. Can I add one device to the license now, and what does it cost until the end?",
        &[],
    ),
    story(
        2,
        Topic::Renewal,
        4,
        "Does the renewal add to what is left?",
        "Our license ends in 25 days. If I renew today, do I lose the 25 days?",
        &[],
    ),
    story(
        3,
        Topic::Account,
        5,
        "My partner can't see the license",
        "I invited my partner, she signed in, and her page of licenses is empty.",
        &[],
    ),
    story(
        6,
        Topic::Purchase,
        7,
        "The invoice has the old address",
        "We moved in spring. The invoice still has the old address, and our accountant can't use it.",
        &[],
    ),
    story(
        4,
        Topic::Activation,
        8,
        "The code is not taken on the new tablet",
        "I type the code on the tablet and it says that no place is free. We have five computers and one tablet.",
        &[Takes(0, 7)],
    ),
    story(
        0,
        Topic::Region,
        11,
        "Working from Portugal for a month",
        "I am in Porto in December. Will the laptop go on working there?",
        &[Takes(1, 10)],
    ),
    story(
        5,
        Topic::Activation,
        13,
        "It asks for a code again",
        "After the Windows update the application asks for the activation code. I have it, but may I use it again?",
        &[
            Takes(2, 12),
            Notes(2, 12, "Reinstalled on Tuesday by its facts. The place is free, nothing to be done by us."),
        ],
    ),
    story(
        9,
        Topic::Purchase,
        19,
        "The store sent no invoice",
        "We paid, the code came, and there is no invoice. Our accountant waits for it.",
        &[
            Takes(2, 18),
            Replies(2, 17, "The payment partner writes it. We asked them and tell you when it is there.", "on_hold"),
        ],
    ),
    story(
        7,
        Topic::Usage,
        16,
        "Slow since Tuesday",
        "All our computers are slow in the morning, since Tuesday.",
        &[
            Takes(0, 15),
            Replies(
                0,
                15,
                "Thank you for writing. Is it slow at about nine, when the databases are loaded, or the whole morning?",
                "pending",
            ),
        ],
    ),
    story(
        2,
        Topic::Other,
        22,
        "Do you have a school discount?",
        "We are a nursery. Is there a price for schools?",
        &[
            Takes(1, 21),
            Replies(
                1,
                21,
                "There is one for schools and nurseries. Which kind of institution stands in your register?",
                "pending",
            ),
        ],
    ),
    story(
        3,
        Topic::BlockedCode,
        27,
        "A code from a market does not work",
        "I bought a code on a market and it is blocked. The seller does not answer.",
        &[
            Takes(0, 26),
            Replies(
                0,
                25,
                "That code was published and is blocked for everybody. Can you send a proof of the purchase?",
                "pending",
            ),
            Answers(6, "I only have the chat with the seller. Is that enough?"),
        ],
    ),
    story(
        4,
        Topic::Usage,
        30,
        "Which folders may I leave out?",
        "Our practice software is slow when its folder is scanned. May I leave that folder out?",
        &[
            Takes(2, 29),
            Replies(
                2,
                28,
                "You may, as long as nobody opens mail attachments from it. Settings, Scan, Left out folders.",
                "pending",
            ),
            Answers(9, "Done, and it is much faster. Should I leave out the backup as well?"),
        ],
    ),
    story(
        1,
        Topic::Renewal,
        37,
        "A renewal code in the drawer",
        "I found a renewal code from last year. Is it still good?",
        &[
            Takes(0, 36),
            Replies(0, 35, "It has to be activated by the date on the card. What date is printed there?", "pending"),
        ],
    ),
    story(
        6,
        Topic::DeviceCount,
        43,
        "One device shown twice",
        "The tablet at the reception stands in the list twice.",
        &[Takes(1, 42), Notes(1, 42, "Two hardware vectors, one board. Disk was swapped in October.")],
    ),
    story(
        0,
        Topic::Account,
        49,
        "Change of the e-mail address",
        "The practice has a new domain. How do I change my address without losing anything?",
        &[
            Takes(0, 48),
            Replies(0, 47, "Under Settings, E-mail. Both addresses are told, and nothing else changes.", "solved"),
        ],
    ),
    story(
        5,
        Topic::Purchase,
        55,
        "Charged twice",
        "My card was charged twice for one order.",
        &[
            Takes(2, 54),
            Replies(
                2,
                52,
                "The second one is a reservation of your bank and ends by itself within three days.",
                "solved",
            ),
        ],
    ),
    story(
        7,
        Topic::Activation,
        61,
        "Where is the code?",
        "I paid ten minutes ago and there is no mail.",
        &[
            Takes(0, 60),
            Replies(
                0,
                60,
                "It was sent to the address of the order. Look in the folder for unwanted mail, too.",
                "solved",
            ),
            Answers(58, "It was there. Thank you!"),
        ],
    ),
    story(
        3,
        Topic::Usage,
        68,
        "How do I see which computers are safe?",
        "Is there a list of all our computers with their state?",
        &[Takes(1, 67), Replies(1, 66, "Yes: Devices, on the left. What needs doing stands on top.", "solved")],
    ),
    story(
        2,
        Topic::Region,
        90,
        "The code is from another country",
        "A friend in London bought us a code. It does not work here.",
        &[
            Takes(0, 88),
            Replies(
                0,
                87,
                "A code works in the country it is sold in. The store takes it back within 30 days.",
                "solved",
            ),
        ],
    ),
    story(
        4,
        Topic::DeviceCount,
        140,
        "We gave a computer away",
        "The old computer in room 2 was given away. How do we get its place back?",
        &[
            Takes(2, 138),
            Replies(2, 137, "Open the device and press Release seat. The place is free at once.", "solved"),
        ],
    ),
    story(
        1,
        Topic::Other,
        160,
        "Certificate for our insurance",
        "Our insurer wants to see that we have protection.",
        &[
            Takes(0, 158),
            Replies(0, 157, "Every license has a certificate to print: Licenses, Details, Certificate.", "solved"),
        ],
    ),
    story(
        6,
        Topic::ExpiredEarly,
        33,
        "The end seems too early",
        "The license says that it ends in 11 months. I paid for 12.",
        &[
            Takes(1, 32),
            Notes(1, 31, "Activated on the day of the order; the dates agree. Explain how days are counted."),
        ],
    ),
];
