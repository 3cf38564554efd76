//! Who asks, and what each kind of asker may do.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, DeviceId, PersonId, SellerId, StaffId};
use crate::person::Role;
use crate::person::preferences::Preferences;
use crate::staff::StaffRole;
use crate::{Error, Result};

/// Whoever asks for a deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// Nobody we know: a visitor who has not signed in.
    Stranger,
    /// A person of an account, signed in.
    Person {
        id: PersonId,
        account: AccountId,
        role: Role,
        name: String,
        office: String,
        email: String,
        preferences: Preferences,
    },
    /// A person in support, signed in with a second factor; one who has none yet may set it up and nothing else.
    Staff { id: StaffId, role: StaffRole, name: String, email: String, enrolled: bool },
    /// A person in support who looks at the pages of an office whose record is open, with its owner's eyes. They may read
    /// what those pages show, and nothing else.
    Viewer { staff: StaffId, name: String, account: AccountId, office: String, owner: PersonId },
    /// A linked device, by its token.
    Device { id: DeviceId, account: AccountId },
    /// A program of a store, partner or provider, by one of the seller's keys.
    Seller { id: SellerId },
    /// Latchkey itself: jobs and the command line.
    System,
}

/// A right that a deed asks for before it looks at anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// See the account's own devices, licenses and requests.
    SeeAccount,
    /// Read the overview, the licenses and the devices of an account.
    ReadOffice,
    /// Link a device to the account.
    LinkDevice,
    /// Add an activation code to the account.
    AddCode,
    /// Manage the account's devices: rename, disconnect, take a license away. Duties on a license are judged with it.
    ManageDevices,
    /// Look after the office: its people, and what counts for all of them.
    LookAfterOffice,
    /// Ask for a lost code back.
    AskRecovery,
    /// Be the program on a device.
    ActAsDevice,
    /// Order codes, and look after what was sold.
    SellCodes,
    /// See the queue and the requests in it.
    ReviewRecovery,
    /// Decide a recovery request.
    DecideRecovery,
    /// Say what one thinks of a help article (R94).
    GiveFeedback,
    /// Read what people say about help articles (R97).
    ReadFeedback,
    /// Block codes and accept them again (R13).
    BlockCode,
    /// Open cases, and answer in those of the account.
    AskSupport,
    /// Work on cases: take them, note, answer, say where they stand.
    WorkCases,
    /// Decide refunds (R86).
    DecideRefund,
    /// Look at figures of the whole house.
    SeePictures,
    /// Look at what is sold, by whom and for how much.
    SeeCatalog,
    /// Change what is sold, give sellers their keys, and issue codes.
    ManageCatalog,
    /// Keep the saved replies.
    KeepReplies,
    /// Say what everybody in support has to know of an office.
    FlagCustomers,
    /// Look records of customers up, and read them for a case.
    ReadRecords,
    /// Read everything that was ever done, by whomever.
    ReadAudit,
    /// Agree to a change of how somebody signs in, as the second person in support (H07).
    ConfirmAccountChange,
    /// Look after the team of support.
    ManageStaff,
    /// Set up the second factor that support asks for.
    SetUpFactor,
    /// Keep passkeys of one's own for signing in to support.
    KeepStaffPasskeys,
    /// Run Latchkey itself: its jobs and its command line.
    Operate,
}

impl Actor {
    /// Whether this actor holds the right. Duties on one license (R11, R50) are judged where the license is loaded.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        use Permission as P;
        if let Self::Staff { enrolled: false, .. } = self {
            return permission == P::SetUpFactor;
        }
        match permission {
            P::AskSupport | P::SeeAccount | P::LinkDevice | P::AddCode | P::ManageDevices | P::AskRecovery => {
                matches!(self, Self::Person { .. })
            }
            P::GiveFeedback => matches!(self, Self::Person { .. } | Self::Stranger),
            P::ReadOffice => matches!(self, Self::Person { .. } | Self::Viewer { .. }),
            P::LookAfterOffice => matches!(self, Self::Person { role: Role::Owner | Role::Manager, .. }),
            P::ActAsDevice => matches!(self, Self::Device { .. }),
            P::SellCodes => matches!(self, Self::Seller { .. }),
            P::SetUpFactor => false,
            P::ReviewRecovery | P::ReadFeedback | P::ReadRecords | P::KeepStaffPasskeys => {
                matches!(self, Self::Staff { .. })
            }
            P::SeeCatalog => matches!(self, Self::Staff { .. } | Self::System),
            P::WorkCases | P::DecideRecovery => {
                matches!(self, Self::Staff { role: StaffRole::Agent | StaffRole::Lead, .. })
            }
            P::DecideRefund
            | P::SeePictures
            | P::KeepReplies
            | P::FlagCustomers
            | P::ManageStaff
            | P::ConfirmAccountChange => {
                matches!(self, Self::Staff { role: StaffRole::Lead, .. })
            }
            P::ReadAudit => matches!(self, Self::Staff { role: StaffRole::Lead | StaffRole::Auditor, .. }),
            P::Operate => matches!(self, Self::System),
            P::BlockCode | P::ManageCatalog => matches!(self, Self::Staff { role: StaffRole::Lead, .. } | Self::System),
        }
    }

    /// The account this actor belongs to; staff and strangers belong to none.
    ///
    /// # Errors
    /// `Unauthenticated` for strangers, `Forbidden` for staff, sellers and Latchkey itself.
    pub fn account(&self) -> Result<AccountId> {
        match self {
            Self::Person { account, .. } | Self::Device { account, .. } | Self::Viewer { account, .. } => Ok(*account),
            Self::Stranger => Err(Error::Unauthenticated),
            Self::Staff { .. } | Self::Seller { .. } | Self::System => Err(Error::Forbidden),
        }
    }

    /// The person who asks.
    ///
    /// # Errors
    /// `Unauthenticated` for strangers, `Forbidden` for everybody else who is not a person of an account.
    pub fn person(&self) -> Result<PersonId> {
        match self {
            Self::Person { id, .. } => Ok(*id),
            Self::Stranger => Err(Error::Unauthenticated),
            Self::Staff { .. } | Self::Viewer { .. } | Self::Seller { .. } | Self::System | Self::Device { .. } => {
                Err(Error::Forbidden)
            }
        }
    }

    /// The person with whose eyes an office is read: whoever asks, or the owner whose pages support looks at.
    ///
    /// # Errors
    /// As for `person`.
    pub fn reader(&self) -> Result<PersonId> {
        match self {
            Self::Viewer { owner, .. } => Ok(*owner),
            _ => self.person(),
        }
    }

    /// The seller whose program asks.
    ///
    /// # Errors
    /// `Unauthenticated` for strangers, `Forbidden` for everybody else who is no seller's program.
    pub fn seller(&self) -> Result<SellerId> {
        match self {
            Self::Seller { id } => Ok(*id),
            Self::Stranger => Err(Error::Unauthenticated),
            Self::Person { .. } | Self::Staff { .. } | Self::Viewer { .. } | Self::Device { .. } | Self::System => {
                Err(Error::Forbidden)
            }
        }
    }

    /// The identity of this asker in the audit log; strangers and Latchkey itself have none.
    #[must_use]
    pub fn id(&self) -> Option<uuid::Uuid> {
        match self {
            Self::Stranger | Self::System => None,
            Self::Person { id, .. } => Some(id.0),
            Self::Staff { id, .. } | Self::Viewer { staff: id, .. } => Some(id.0),
            Self::Device { id, .. } => Some(id.0),
            Self::Seller { id } => Some(id.0),
        }
    }

    /// The word for this kind of asker in the audit log.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::Person { .. } => "person",
            Self::Staff { .. } | Self::Viewer { .. } => "staff",
            Self::Device { .. } => "device",
            Self::Seller { .. } => "seller",
            Self::System => "system",
        }
    }
}
