//! Identities: each noun has its own type, so that a device is never passed where a license is meant.

/// Declares the identity of a noun: a UUID of version 7, made in Rust and never reused.
macro_rules! identity {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "postgres", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = uuid::Uuid))]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A fresh identity, sortable by the time of its making.
            #[cfg(feature = "postgres")]
            #[must_use]
            pub fn generate() -> Self {
                Self(uuid::Uuid::now_v7())
            }

            /// A fresh identity that sorts by this instant: what is listed by age is listed by the clock of the deed.
            #[cfg(feature = "postgres")]
            #[must_use]
            pub fn generate_at(at: time::OffsetDateTime) -> Self {
                let seconds = u64::try_from(at.unix_timestamp()).unwrap_or_default();
                Self(uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, at.nanosecond())))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

identity! {
    /// An office: the people, devices and licenses that belong together.
    AccountId,
    /// A person who signs in to an account.
    PersonId,
    /// An invitation to join an office.
    InvitationId,
    /// A person in support.
    StaffId,
    /// An invitation to join support.
    StaffInvitationId,
    /// A computer, file server or phone.
    DeviceId,
    /// A request of a device to be linked (RFC 8628).
    LinkId,
    /// An activation code.
    CodeId,
    /// What a code becomes on its first activation.
    LicenseId,
    /// One device's hold on one license.
    SeatId,
    /// A product a vendor sells licenses for.
    ProductId,
    /// A store, partner or provider that sells codes.
    SellerId,
    /// A key with which a seller's program asks.
    SellerKeyId,
    /// A purchase at a seller.
    OrderId,
    /// A code that waits on a device.
    ReserveId,
    /// Something that people asked of a device.
    CommandId,
    /// The machine that a device runs on, whatever it is called.
    MachineId,
    /// A place that messages go to.
    EndpointId,
    /// A message to a seller's or vendor's own system.
    WebhookId,
    /// A request to get a lost code back.
    RecoveryId,
    /// A browser in which a person is signed in.
    SessionId,
    /// A passkey, by the name under which its person removes it.
    PasskeyId,
    /// A change of how somebody signs in that support makes.
    AccountChangeId,
    /// What a reader said about a help article.
    FeedbackId,
    /// A case of support.
    CaseId,
    /// Something that was said about a request.
    MessageId,
    /// A file that came with a message.
    AttachmentId,
    /// Many codes that were issued at once.
    BatchId,
    /// A file of codes that was tried.
    ImportId,
    /// Long work that a person asked for.
    JobId,
    /// An answer that support writes often.
    ReplyId,
    /// What support has to know of an office.
    FlagId,
    /// A view of the queue that somebody in support keeps.
    SavedViewId,
    /// One request to the server, shown on error pages and in the log.
    RequestId,
}
