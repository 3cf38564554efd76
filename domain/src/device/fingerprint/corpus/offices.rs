//! The made-up offices: machines to which things happen, and pairs of machines that are easily mistaken for each other.

use crate::device::fingerprint::{Component, Fingerprint};

/// The same sequence of numbers every time (SplitMix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.number().is_multiple_of(n)
    }

    fn percent(&mut self, share: u64) -> bool {
        self.number() % 100 < share
    }
}

/// A machine as it stands there.
#[derive(Clone, Copy)]
pub(super) struct Machine {
    board: Option<u64>,
    disk: Option<u64>,
    network: Option<u64>,
    system: u64,
    /// Its board and network card are numbers that a hypervisor gave out.
    is_virtual: bool,
}

impl Machine {
    fn new(dice: &mut Dice) -> Self {
        let [board, disk, network] = [0; 3].map(|_| Some(dice.number()));
        Self { board, disk, network, system: dice.number(), is_virtual: false }
    }

    /// A virtual machine mostly has a disk without a number.
    pub(super) fn new_virtual(dice: &mut Dice) -> Self {
        let disk = dice.percent(30).then(|| dice.number());
        Self { disk, is_virtual: true, ..Self::new(dice) }
    }

    /// One machine in eight can't tell one of its parts.
    fn forgets(mut self, dice: &mut Dice) -> Self {
        match dice.number() % 100 {
            0..6 => self.board = None,
            6..9 => self.disk = None,
            9..12 => self.network = None,
            _ => {}
        }
        self
    }

    /// What its client tells. The numbers a hypervisor gave out count only together, unless `separately`.
    pub(super) fn tells(self, separately: bool) -> Fingerprint {
        let digest = |component: Component, numbers: [u64; 2]| {
            let mut dice = Dice(numbers[0] ^ numbers[1].rotate_left(31) ^ component as u64);
            let digest: Vec<u8> = (0..4).flat_map(|_| dice.number().to_le_bytes()).collect();
            (component, digest.try_into().unwrap())
        };
        let bound = self.is_virtual && !separately;
        let together =
            |own: Option<u64>, other: Option<u64>| own.map(|own| [own, other.filter(|_| bound).unwrap_or(0)]);
        let components = [
            together(self.board, self.network).map(|numbers| digest(Component::Board, numbers)),
            self.disk.map(|disk| digest(Component::Disk, [disk, 0])),
            together(self.network, self.board).map(|numbers| digest(Component::Network, numbers)),
            Some(digest(Component::System, [self.system, 0])),
        ];
        Fingerprint::of(components.into_iter().flatten()).unwrap()
    }
}

/// A case: what it is called, the machine as it is known, and the one that asks.
pub(super) type Case = (&'static str, Machine, Machine);

/// A thousand offices of 3 to 20 machines. Some were set up from one image, some bought boards that are all numbered alike,
/// with a number that nobody saw before; some virtual machines are clones of the one before.
pub(super) fn offices(world: u64) -> Vec<Vec<Machine>> {
    let dice = &mut Dice(2 * world);
    (0..1000).map(|_| office(dice)).collect()
}

fn office(dice: &mut Dice) -> Vec<Machine> {
    let image = dice.percent(20).then(|| dice.number());
    let board = dice.percent(5).then(|| dice.number());
    let mut machines: Vec<Machine> = Vec::new();
    for _ in 0..3 + dice.number() % 18 {
        if dice.percent(15) {
            let fresh = Machine::new_virtual(dice);
            let first = machines.iter().rfind(|machine| machine.is_virtual && dice.percent(50));
            machines.push(first.map_or(fresh, |first| Machine { network: fresh.network, ..*first }));
            continue;
        }
        let mut machine = Machine::new(dice);
        machine.system = image.unwrap_or(machine.system);
        machine.board = board.or(machine.board);
        machines.push(machine.forgets(dice));
    }
    machines
}

/// One thing that happens to a machine before it links again; what does not happen to virtual ones is a reinstall there.
fn happens(machine: Machine, dice: &mut Dice) -> (&'static str, Machine) {
    let mut after = machine;
    let roll = dice.number() % 100;
    let roll = if machine.is_virtual && roll >= 60 { 20 } else { roll };
    let (disk, network) = (machine.disk.map(|_| dice.number()), machine.network.map(|_| dice.number()));
    let what = match roll {
        0..10 => "nothing",
        10..45 => {
            after.system = dice.number();
            "reinstalled"
        }
        45..52 => {
            after.disk = disk;
            "copied onto a new disk"
        }
        52..67 => {
            (after.disk, after.system) = (disk, dice.number());
            "installed on a new disk"
        }
        67..75 => {
            after.board = machine.board.map(|_| dice.number()).filter(|_| dice.percent(60));
            "firmware updated"
        }
        75..82 => {
            after.network = network;
            "new network card"
        }
        82..90 => {
            after.network = None;
            "taken off the network"
        }
        90..94 => {
            (after.network, after.system) = (network, dice.number());
            "reinstalled with a new network card"
        }
        _ => {
            after.board = machine.board.filter(|_| dice.percent(50));
            after.system = dice.number();
            "reinstalled after a firmware update"
        }
    };
    (what, after)
}

/// What makes the second of two machines like the first, starting from two that have nothing in common.
type Likening = fn(&Machine, Machine) -> Machine;

/// How machines of flesh are mistaken for each other; `true` where the boards of both are numbered alike.
const PHYSICAL: [(&str, bool, Likening); 8] = [
    ("same model, boards numbered alike", true, |_, b| b),
    ("same model, boards numbered alike, one image", true, |a, b| Machine { system: a.system, ..b }),
    ("same model, boards numbered alike, one dock", true, |a, b| Machine { network: a.network, ..b }),
    ("one dock", false, |a, b| Machine { network: a.network, ..b }),
    ("one dock, one image", false, |a, b| Machine { network: a.network, system: a.system, ..b }),
    ("disk moved with its system", false, |a, b| Machine { disk: a.disk, system: a.system, ..b }),
    ("disk moved and wiped", false, |a, b| Machine { disk: a.disk, ..b }),
    ("disk moved with its system, boards numbered alike", true, |a, b| Machine { disk: a.disk, system: a.system, ..b }),
];

/// How virtual machines made from one image are mistaken for each other.
const VIRTUAL: [(&str, Likening); 4] = [
    ("linked clone", |a, b| Machine { disk: a.disk, system: a.system, ..b }),
    ("full clone with a new system id", |a, b| Machine { disk: a.disk, ..b }),
    ("full clone that kept the board's number", |a, b| Machine { network: b.network, ..*a }),
    ("full clone that kept the network card's", |a, b| Machine { board: b.board, ..*a }),
];

/// Pairs of two machines that share as much as two machines can, a few thousand of each kind.
pub(super) fn mistakable(world: u64) -> Vec<Case> {
    let dice = &mut Dice(3 * world);
    let mut pairs = Vec::new();
    let unnumbered: [u64; 5] = std::array::from_fn(|_| dice.number());
    for _ in 0..4000 {
        for (kind, is_alike, liken) in PHYSICAL {
            let (mut a, mut b) = (Machine::new(dice), Machine::new(dice));
            if is_alike {
                a.board = Some(unnumbered[(dice.number() % 5) as usize]);
                b.board = a.board;
            }
            b = liken(&a, b);
            // a dock that passes for a built-in card, under the two machines between which a disk was moved
            if kind.starts_with("disk moved") && dice.one_in(500) {
                b.network = a.network;
            }
            pairs.push((kind, a.forgets(dice), b.forgets(dice)));
        }
        for (kind, liken) in VIRTUAL {
            let (a, b) = (Machine::new_virtual(dice), Machine::new_virtual(dice));
            pairs.push((kind, a, liken(&a, b)));
        }
    }
    pairs
}

/// Each machine of the offices, and after one thing that happened to it.
pub(super) fn honest(world: u64) -> Vec<Case> {
    let dice = &mut Dice(world);
    let cases = |machine| {
        let (what, after) = happens(machine, dice);
        (what, machine, after)
    };
    offices(world).into_iter().flatten().map(cases).collect()
}
