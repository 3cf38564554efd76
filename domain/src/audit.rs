//! The audit log: every change leaves one event in its own transaction (R98), and none is ever changed or removed.

use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;
use crate::catalog::Part;
use crate::code::store::Cancellation;
use crate::cx::Cx;
use crate::flag::FlagKind;
use crate::id::{
    AccountId, AttachmentId, BatchId, CaseId, CodeId, CommandId, DeviceId, EndpointId, FeedbackId, FlagId,
    InvitationId, JobId, LicenseId, LinkId, OrderId, PasskeyId, PersonId, RecoveryId, ReplyId, ReserveId, SavedViewId,
    SeatId, SellerKeyId, SessionId, StaffId, StaffInvitationId, WebhookId,
};
use crate::lookup::Record;
use crate::person::Role;
use crate::person::account_change::AccountChangeKind;
use crate::recovery::evidence::Band;
use crate::staff::StaffRole;

/// What happened. No event carries a secret: codes appear by their identity only.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Somebody opened an account.
    AccountOpened(PersonId),
    /// A person followed the link in the mail.
    EmailConfirmed(PersonId),
    /// A person signed in.
    SignedIn(PersonId),
    /// A wrong password was entered for an address; the address itself is not kept.
    SignInFailed,
    /// A person signed out.
    SignedOut(PersonId),
    /// A link to set a new password was asked for.
    PasswordResetAsked(PersonId),
    /// A new password was set.
    PasswordChanged(PersonId),
    /// A person took another name.
    PersonRenamed(PersonId),
    /// Somebody was asked to join the office.
    PersonInvited(InvitationId),
    /// An invitation was taken back.
    InvitationRevoked(InvitationId),
    /// Somebody joined the office (N7).
    PersonJoined(PersonId),
    /// Somebody left the office or was taken out of it (edge case 38).
    PersonRemoved(PersonId),
    /// A person got another role.
    RoleSet { person: PersonId, role: Role },
    /// The office belongs to somebody else.
    OfficeHandedOver(PersonId),
    /// A person may use a license on own devices.
    LicenseGranted { license: LicenseId, to: PersonId },
    /// A person may not use a license any more.
    LicenseGrantRevoked { license: LicenseId, from: PersonId },
    /// The office chose after how many days unseen the places of devices are freed.
    ReleaseAfterSet { days: Option<u16> },
    /// A renewal or more places were taken to a seller's checkout.
    OfferMade(LicenseId),
    /// A license got more places in mid-term (edge case 22).
    LicenseGrown(LicenseId),
    /// Places that an order brought to a license went back with it (edge case 44).
    LicenseShrunk(LicenseId),
    /// A person chose what is told by mail and when.
    NoticesChosen(PersonId),
    /// A person chose a time zone or a language.
    PreferencesChosen(PersonId),
    /// A person was signed out in every browser but one.
    SignedOutElsewhere(PersonId),
    /// A person closed their account; it ends in fourteen days.
    AccountClosing(PersonId),
    /// A person signed in in time, and the account stays.
    AccountKept(PersonId),
    /// An account ended; its person is forgotten.
    AccountClosed(PersonId),
    /// A person asked to sign in with another address.
    EmailChangeAsked(PersonId),
    /// A person signs in with another address.
    EmailChanged(PersonId),
    /// The old address stopped the change before it happened.
    EmailChangeStopped(PersonId),
    /// The old address took the change back.
    EmailChangeUndone(PersonId),
    /// Support started a change of how a person signs in (H07).
    AccountChangeStarted { person: PersonId, kind: AccountChangeKind, request: String, reason: String },
    /// A second person in support agreed to it.
    AccountChangeConfirmed { person: PersonId, kind: AccountChangeKind, request: String },
    /// It was called off before it happened.
    AccountChangeCalledOff(PersonId),
    /// A person had everything put together to take it along.
    ExportPrepared(JobId),
    /// A person downloaded what was put together.
    ExportTaken(JobId),
    /// A person took what happened in their office along as a file.
    ActivityTaken { events: usize },
    /// A person began to release the seats of all devices that fit what they looked for.
    ReleaseBegun { job: JobId, devices: usize },
    /// A person began to give back many seats that were released together.
    UndoBegun { job: JobId, devices: usize },
    /// Long work came to its end.
    JobDone { job: JobId, kind: &'static str, came: u32 },
    /// A person was signed out in one browser.
    SessionEnded(SessionId),
    /// A person asks for a one-time code at sign-in from now on.
    TwoStepOn(PersonId),
    /// A person signs in by the password alone again.
    TwoStepOff(PersonId),
    /// A recovery code stood in for a one-time code.
    SpareCodeUsed(PersonId),
    /// A person signed in with a passkey.
    SignedInByPasskey(PersonId),
    /// A person added a passkey.
    PasskeyAdded(PasskeyId),
    /// A person removed a passkey.
    PasskeyRemoved(PasskeyId),
    /// A person entered the password again before a delicate deed.
    PasswordEnteredAgain(PersonId),
    /// Somebody in support signed in with both factors.
    StaffSignedIn(StaffId),
    /// A sign-in to support failed.
    StaffSignInFailed,
    /// Somebody in support signed in with a passkey.
    StaffSignedInByPasskey(StaffId),
    /// Somebody in support added a passkey.
    StaffPasskeyAdded(PasskeyId),
    /// Somebody in support removed a passkey.
    StaffPasskeyRemoved(PasskeyId),
    /// Somebody in support signed out.
    StaffSignedOut(StaffId),
    /// Somebody was taken on in support.
    StaffCreated(StaffId),
    /// The way to install and link was mailed to a person.
    WayMailed(PersonId),
    /// A device asked to be linked.
    LinkAsked(LinkId),
    /// A person agreed to link a device.
    LinkApproved(LinkId),
    /// A person refused to link a device.
    LinkDenied(LinkId),
    /// A device fetched its token and stands under Devices.
    DeviceLinked(DeviceId),
    /// A machine that the account knows was linked anew and kept its device (R58, R91).
    DeviceRelinked(DeviceId),
    /// A device was not linked, whatever a person decided; a rule says no.
    LinkRefused { link: LinkId, refusal: &'static str },
    /// Codes were issued.
    CodesIssued { count: usize },
    /// A seller got a key for its program.
    SellerKeyCreated(SellerKeyId),
    /// A seller's key opens nothing any more.
    SellerKeyRevoked(SellerKeyId),
    /// Messages go to a further place.
    EndpointCreated(EndpointId),
    /// A message is sent again.
    WebhookReplayed(WebhookId),
    /// A seller's program ordered codes.
    OrderPlaced { order: OrderId, codes: usize },
    /// A seller's program sent the same order again and got the same codes.
    OrderRepeated(OrderId),
    /// A seller took an order back.
    OrderCancelled(OrderId),
    /// A code was cancelled, and with it its license (R87).
    CodeCancelled { code: CodeId, why: Cancellation },
    /// A further period of a subscription was paid.
    SubscriptionRenewed(CodeId),
    /// A subscription was paused, or its payment failed.
    SubscriptionSuspended(CodeId),
    /// A suspended subscription goes on.
    SubscriptionResumed(CodeId),
    /// A subscription ends at its end.
    SubscriptionCancelled(CodeId),
    /// A code was added to an account; its first adder administers it (R49).
    CodeAdded(CodeId),
    /// A code became a license (R8).
    LicenseStarted(LicenseId),
    /// A device took a seat.
    SeatBound { license: LicenseId, device: DeviceId, seat: SeatId },
    /// A device lost its seat, for the reason named.
    SeatReleased { license: LicenseId, device: DeviceId, seat: SeatId, reason: &'static str },
    /// A code began to wait on a device (R32).
    ReserveAdded { reserve: ReserveId, device: DeviceId },
    /// A waiting code was taken back: it is unused again (edge case 18).
    ReserveRemoved(ReserveId),
    /// A waiting code took over (R33).
    ReservePromoted { reserve: ReserveId, license: LicenseId },
    /// A waiting code could not take over (N5).
    ReserveFailed { reserve: ReserveId, refusal: &'static str },
    /// A device was taken out of remote management; its license keeps running (R52).
    DeviceDisconnected(DeviceId),
    /// A device got another name.
    DeviceRenamed(DeviceId),
    /// A ticket was made by which the device comes back after a new system (R91).
    ReinstallTicketMade(DeviceId),
    /// The ticket of a device was taken back.
    ReinstallTicketRevoked(DeviceId),
    /// A freshly installed system came with the ticket and is the same device again (R91).
    DeviceReinstalled(DeviceId),
    /// A system came with the ticket, and a rule said no.
    ReinstallRefused { device: DeviceId, refusal: &'static str },
    /// The application was uninstalled (edge case 55).
    DeviceUninstalled(DeviceId),
    /// A device confirmed what people asked of it.
    CommandConfirmed { device: DeviceId, command: CommandId },
    /// A version of the agreement was accepted on a device (R19).
    AgreementAccepted { device: DeviceId, version: String },
    /// Databases were not updated, because the license has ended (R67).
    DatabasesRefused(DeviceId),
    /// Databases were installed by hand under an ended license: the application stopped (R69).
    DeviceStopped(DeviceId),
    /// A license got another administrator (edge case 37).
    LicenseHandedOver { license: LicenseId, to: PersonId },
    /// The seats of a license were moved more often in a day than honest use explains (edge case 5).
    SeatHopping(LicenseId),
    /// More devices than seats were found on a license (R61).
    OveruseFound(LicenseId),
    /// A code that is bound to countries was activated where the country is not known: somebody looks at it (edge case 28).
    CountryUnknown(LicenseId),
    /// Tickets are signed with the next key from now on.
    TicketKeyRotated,
    /// A code is no longer accepted (R13).
    CodeBlocked { code: CodeId, reason: String },
    /// A new code took the place of this one.
    CodeReplaced { code: CodeId, by: CodeId, reason: String },
    /// A blocked code is accepted again.
    CodeUnblocked { code: CodeId, reason: String },
    /// A device activated the code it already has: nothing changed (edge case 2).
    ActivationRepeated { license: LicenseId, device: DeviceId },
    /// A code was refused; nothing else changed (R98).
    ActivationRefused { device: DeviceId, code: Option<CodeId>, refusal: &'static str },
    /// A code is tried in more places than honest use explains (J01), or from another account (E30); its owner was told.
    SharingFound(CodeId),
    /// A code was shown to the license's administrator.
    CodeShown(CodeId),
    /// A code was mailed to the license's administrator, who asked for it.
    CodeMailed(CodeId),
    /// A person was mailed every code they administer.
    CodesMailed(Vec<CodeId>),
    /// Somebody was refused a look at a code.
    CodeWithheld { code: CodeId, refusal: &'static str },
    /// A sealed code does not open: it was changed or moved in the database.
    CodeUnreadable(CodeId),
    /// A recovery was asked for.
    RecoveryAsked(RecoveryId),
    /// A recovery was taken back by its holder.
    RecoveryWithdrawn(RecoveryId),
    /// Somebody in support looked at a recovery; addresses were masked unless they are compared, and keys but for their end.
    RecoveryViewed { recovery: RecoveryId, fields: &'static [&'static str] },
    /// What a recovery request brings was weighed.
    RecoveryWeighed { recovery: RecoveryId, score: u8, band: Band },
    /// A recovery was granted.
    RecoveryApproved(RecoveryId),
    /// A recovery was not granted.
    RecoveryRejected(RecoveryId),
    /// A recovered code was shown to its owner.
    RecoveryDisclosed { recovery: RecoveryId, code: CodeId },
    /// A license that had ended too early was given the end of its term (R85).
    LicenseEndCorrected { license: LicenseId, from: String, to: String },
    /// Somebody in support took a recovery.
    RecoveryTaken(RecoveryId),
    /// Support named what is missing.
    RecoveryQuestioned(RecoveryId),
    /// Somebody in support noted something about a recovery.
    RecoveryNoted(RecoveryId),
    /// The holder told more.
    RecoveryAnswered(RecoveryId),
    /// No answer came in time.
    RecoveryTimedOut(RecoveryId),
    /// The mail about an order was asked for again; the address is not kept.
    OrderMailAsked,
    /// The mail about an order was sent again, to the address of the order.
    OrderMailSent(OrderId),
    /// A case was opened.
    CaseOpened(CaseId),
    /// Somebody in support looked at a case; addresses were masked, and codes but for the last block.
    CaseViewed { case: CaseId, fields: &'static [&'static str] },
    /// Somebody in support took a case.
    CaseTaken(CaseId),
    /// Somebody in support noted something in a case.
    CaseNoted(CaseId),
    /// One side answered in a case, which stands so since.
    CaseAnswered { case: CaseId, state: &'static str },
    /// A case stands differently.
    CaseMoved { case: CaseId, state: &'static str },
    /// A case was closed by the clock.
    CaseClosed(CaseId),
    /// The money for a code was asked back, in a case.
    RefundAsked(CaseId),
    /// The customer answered a denial.
    RefundAppealed(CaseId),
    /// A refund was granted.
    RefundApproved(CaseId),
    /// The first of two leads granted a refund.
    RefundFirstYes(CaseId),
    /// A refund was not granted.
    RefundDenied(CaseId),
    /// The store has paid a refund.
    RefundPaid(CaseId),
    /// Somebody in support looked at a file.
    AttachmentViewed(AttachmentId),
    /// A file was deleted, its time being over (edge case 47).
    AttachmentDeleted(AttachmentId),
    /// Somebody in support looked at a page of the queue: these requests, with who asks and their office.
    QueueViewed { requests: Vec<String>, fields: &'static [&'static str] },
    /// Somebody in support looked at a page of this log.
    TrailViewed { events: usize, fields: &'static [&'static str] },
    /// Somebody in support keeps a view of the queue.
    ViewKept(SavedViewId),
    /// Somebody in support removed a view of theirs.
    ViewRemoved(SavedViewId),
    /// Somebody in support looked something up; what was typed is not kept.
    RecordsLookedUp { found: usize },
    /// Somebody in support opened a record for a case or recovery (H11).
    RecordOpened { record: Record, id: Uuid, request: String, reason: String },
    /// Somebody in support looked at a record that is open; addresses were masked, and codes but for the last block.
    RecordViewed { record: Record, id: Uuid, request: String, fields: &'static [&'static str] },
    /// Somebody in support tried to open a record of their own office (H03).
    RecordRefused { record: Record, id: Uuid },
    /// Somebody in support opened more records without a case of their office than is allowed (H05).
    HarvestStopped(StaffId),
    /// Somebody in support compared what was read out with a code and its key.
    CodeMatched { code: CodeId, matches: bool, request: String },
    /// Somebody in support handed a case to a colleague.
    CaseHandedOver { case: CaseId, to: StaffId },
    /// Somebody in support put a case back into the queue.
    CasePutBack(CaseId),
    /// Somebody in support handed a recovery to a colleague.
    RecoveryHandedOver { recovery: RecoveryId, to: StaffId },
    /// Somebody in support put a recovery back into the queue.
    RecoveryPutBack(RecoveryId),
    /// Somebody in support began to look at the pages of an office as its people see them.
    CustomerViewed { account: AccountId, request: String, reason: String },
    /// Somebody in support looked at a page of an office as its people see it.
    PageViewed { record: Record, id: AccountId, page: String },
    /// A lead read a list of published codes.
    BlockPrepared { list: Uuid, codes: usize },
    /// A lead blocked the codes of a list.
    PublishedBlocked { list: Uuid, codes: usize },
    /// A lead took the block of a list back.
    PublishedUnblocked { list: Uuid, codes: usize },
    /// A license went to another account, which its owner asked for.
    LicenseTransferred { code: CodeId, from: AccountId, to: AccountId, request: String, reason: String },
    /// A case was joined with another one of the same office.
    CaseMerged { case: CaseId, into: CaseId },
    /// The customer was reminded of a case that waits for them.
    CaseReminded(CaseId),
    /// A lead keeps a saved reply.
    ReplyKept(ReplyId),
    /// A saved reply is not used any more.
    ReplyRetired(ReplyId),
    /// A lead says what support has to know of an office.
    FlagSet { flag: FlagId, account: AccountId, kind: FlagKind, reason: String },
    /// That has not to be known any more.
    FlagLifted { flag: FlagId, account: AccountId },
    /// A license ends later.
    LicenseExtended { license: LicenseId, days: u32, reason: String },
    /// A code works in other countries (edge case 26).
    CountriesSet { code: CodeId, from: Vec<String>, to: Vec<String>, reason: String },
    /// Something in the catalog got a further version.
    CatalogChanged { part: Part, id: Uuid, version: i32, retired: bool, reason: String },
    /// A lead ordered many codes at once.
    BatchAsked { batch: BatchId, codes: u32, reason: String },
    /// The codes of a batch are there.
    BatchDone { batch: BatchId, codes: u32 },
    /// The file with the codes of a batch left, encrypted to the named key, this once.
    BatchHandedOver { batch: BatchId, recipient: String },
    /// An editor took care of what a reader said.
    FeedbackHandled(FeedbackId),
    /// A file of codes was tried; nothing of it is kept but for an hour.
    ImportTried { good: usize, bad: usize },
    /// Somebody in support took events of this log along as a file.
    AuditExported { events: usize },
    /// A lead asked somebody to join support.
    StaffInvited { id: StaffInvitationId, role: StaffRole },
    /// An invitation to support was taken back.
    StaffInvitationRevoked(StaffInvitationId),
    /// Somebody followed the link of an invitation into support.
    StaffJoined(StaffId),
    /// Somebody in support set up their second factor.
    StaffEnrolled(StaffId),
    /// Somebody in support got another role.
    StaffRoleSet { staff: StaffId, from: StaffRole, to: StaffRole },
    /// Somebody in support can't sign in any more.
    StaffSuspended(StaffId),
    /// Somebody in support was let back in.
    StaffRestored(StaffId),
    /// Somebody in support was signed out everywhere.
    StaffSessionsEnded(StaffId),
    /// Somebody in support has to set up a new second factor.
    StaffFactorDropped(StaffId),
    /// Somebody in support tried to act in an office of their own (H03).
    OwnAccountRefused(StaffId),
}

impl Event {
    /// The event as one entry of a list that a statement writes together with what happened.
    pub(crate) fn as_json(&self) -> Value {
        let (event, object, facts) = self.parts();
        json!({ "event": event, "object_id": object, "facts": facts })
    }

    fn parts(&self) -> (&'static str, Option<Uuid>, Value) {
        let none = json!({});
        match *self {
            Self::AccountOpened(id) => ("account_opened", Some(id.0), none),
            Self::EmailConfirmed(id) => ("email_confirmed", Some(id.0), none),
            Self::SignedIn(id) => ("signed_in", Some(id.0), none),
            Self::SignInFailed => ("sign_in_failed", None, none),
            Self::SignedOut(id) => ("signed_out", Some(id.0), none),
            Self::PasswordResetAsked(id) => ("password_reset_asked", Some(id.0), none),
            Self::PasswordChanged(id) => ("password_changed", Some(id.0), none),
            Self::PersonRenamed(id) => ("person_renamed", Some(id.0), none),
            Self::PersonInvited(id) => ("person_invited", Some(id.0), none),
            Self::InvitationRevoked(id) => ("invitation_revoked", Some(id.0), none),
            Self::PersonJoined(id) => ("person_joined", Some(id.0), none),
            Self::PersonRemoved(id) => ("person_removed", Some(id.0), none),
            Self::RoleSet { person, role } => ("role_set", Some(person.0), json!({ "role": role })),
            Self::OfficeHandedOver(to) => ("office_handed_over", Some(to.0), none),
            Self::LicenseGranted { license, to } => ("license_granted", Some(license.0), json!({ "person": to })),
            Self::LicenseGrantRevoked { license, from } => {
                ("license_grant_revoked", Some(license.0), json!({ "person": from }))
            }
            Self::ReleaseAfterSet { days } => ("release_after_set", None, json!({ "days": days })),
            Self::OfferMade(id) => ("offer_made", Some(id.0), none),
            Self::LicenseGrown(id) => ("license_grown", Some(id.0), none),
            Self::LicenseShrunk(id) => ("license_shrunk", Some(id.0), none),
            Self::NoticesChosen(id) => ("notices_chosen", Some(id.0), none),
            Self::WayMailed(id) => ("way_mailed", Some(id.0), none),
            Self::PreferencesChosen(id) => ("preferences_chosen", Some(id.0), none),
            Self::SignedOutElsewhere(id) => ("signed_out_elsewhere", Some(id.0), none),
            Self::AccountClosing(id) => ("account_closing", Some(id.0), none),
            Self::AccountKept(id) => ("account_kept", Some(id.0), none),
            Self::AccountClosed(id) => ("account_closed", Some(id.0), none),
            Self::EmailChangeAsked(id) => ("email_change_asked", Some(id.0), none),
            Self::EmailChanged(id) => ("email_changed", Some(id.0), none),
            Self::EmailChangeStopped(id) => ("email_change_stopped", Some(id.0), none),
            Self::EmailChangeUndone(id) => ("email_change_undone", Some(id.0), none),
            Self::AccountChangeStarted { person, kind, ref request, ref reason } => {
                let facts = json!({ "change": kind, "request": request, "reason": reason });
                ("account_change_started", Some(person.0), facts)
            }
            Self::AccountChangeConfirmed { person, kind, ref request } => {
                ("account_change_confirmed", Some(person.0), json!({ "change": kind, "request": request }))
            }
            Self::AccountChangeCalledOff(id) => ("account_change_called_off", Some(id.0), none),
            Self::ExportPrepared(id) => ("export_prepared", Some(id.0), none),
            Self::ExportTaken(id) => ("export_taken", Some(id.0), none),
            Self::ActivityTaken { events } => ("activity_taken", None, json!({ "events": events })),
            Self::ReleaseBegun { job, devices } => ("release_begun", Some(job.0), json!({ "devices": devices })),
            Self::UndoBegun { job, devices } => ("undo_begun", Some(job.0), json!({ "devices": devices })),
            Self::JobDone { job, kind, came } => ("job_done", Some(job.0), json!({ "kind": kind, "came": came })),
            Self::SessionEnded(id) => ("session_ended", Some(id.0), none),
            Self::TwoStepOn(id) => ("two_step_on", Some(id.0), none),
            Self::TwoStepOff(id) => ("two_step_off", Some(id.0), none),
            Self::SpareCodeUsed(id) => ("spare_code_used", Some(id.0), none),
            Self::SignedInByPasskey(id) => ("signed_in_by_passkey", Some(id.0), none),
            Self::PasskeyAdded(id) => ("passkey_added", Some(id.0), none),
            Self::PasskeyRemoved(id) => ("passkey_removed", Some(id.0), none),
            Self::PasswordEnteredAgain(id) => ("password_entered_again", Some(id.0), none),
            Self::StaffSignedIn(id) => ("staff_signed_in", Some(id.0), none),
            Self::StaffSignInFailed => ("staff_sign_in_failed", None, none),
            Self::StaffSignedInByPasskey(id) => ("staff_signed_in_by_passkey", Some(id.0), none),
            Self::StaffPasskeyAdded(id) => ("staff_passkey_added", Some(id.0), none),
            Self::StaffPasskeyRemoved(id) => ("staff_passkey_removed", Some(id.0), none),
            Self::StaffSignedOut(id) => ("staff_signed_out", Some(id.0), none),
            Self::StaffCreated(id) => ("staff_created", Some(id.0), none),
            Self::LinkAsked(id) => ("link_asked", Some(id.0), none),
            Self::LinkApproved(id) => ("link_approved", Some(id.0), none),
            Self::LinkDenied(id) => ("link_denied", Some(id.0), none),
            Self::DeviceLinked(id) => ("device_linked", Some(id.0), none),
            Self::DeviceRelinked(id) => ("device_relinked", Some(id.0), none),
            Self::LinkRefused { link, refusal } => ("link_refused", Some(link.0), json!({ "refusal": refusal })),
            Self::CodesIssued { count } => ("codes_issued", None, json!({ "count": count })),
            Self::SellerKeyCreated(id) => ("seller_key_created", Some(id.0), none),
            Self::SellerKeyRevoked(id) => ("seller_key_revoked", Some(id.0), none),
            Self::EndpointCreated(id) => ("endpoint_created", Some(id.0), none),
            Self::WebhookReplayed(id) => ("webhook_replayed", Some(id.0), none),
            Self::OrderPlaced { order, codes } => ("order_placed", Some(order.0), json!({ "codes": codes })),
            Self::OrderRepeated(id) => ("order_repeated", Some(id.0), none),
            Self::OrderCancelled(id) => ("order_cancelled", Some(id.0), none),
            Self::CodeCancelled { code, why } => ("code_cancelled", Some(code.0), json!({ "why": why })),
            Self::SubscriptionRenewed(id) => ("subscription_renewed", Some(id.0), none),
            Self::SubscriptionSuspended(id) => ("subscription_suspended", Some(id.0), none),
            Self::SubscriptionResumed(id) => ("subscription_resumed", Some(id.0), none),
            Self::SubscriptionCancelled(id) => ("subscription_cancelled", Some(id.0), none),
            Self::CodeAdded(id) => ("code_added", Some(id.0), none),
            Self::LicenseStarted(id) => ("license_started", Some(id.0), none),
            Self::SeatBound { license, device, seat } => {
                ("seat_bound", Some(license.0), json!({ "device": device, "seat": seat }))
            }
            Self::SeatReleased { license, device, seat, reason } => {
                ("seat_released", Some(license.0), json!({ "device": device, "seat": seat, "reason": reason }))
            }
            Self::ReserveAdded { reserve, device } => ("reserve_added", Some(reserve.0), json!({ "device": device })),
            Self::ReserveRemoved(id) => ("reserve_removed", Some(id.0), none),
            Self::ReservePromoted { reserve, license } => {
                ("reserve_promoted", Some(reserve.0), json!({ "license": license }))
            }
            Self::ReserveFailed { reserve, refusal } => {
                ("reserve_failed", Some(reserve.0), json!({ "refusal": refusal }))
            }
            Self::DeviceDisconnected(id) => ("device_disconnected", Some(id.0), none),
            Self::DeviceRenamed(id) => ("device_renamed", Some(id.0), none),
            Self::ReinstallTicketMade(id) => ("reinstall_ticket_made", Some(id.0), none),
            Self::ReinstallTicketRevoked(id) => ("reinstall_ticket_revoked", Some(id.0), none),
            Self::DeviceReinstalled(id) => ("device_reinstalled", Some(id.0), none),
            Self::ReinstallRefused { device, refusal } => {
                ("reinstall_refused", Some(device.0), json!({ "refusal": refusal }))
            }
            Self::DeviceUninstalled(id) => ("device_uninstalled", Some(id.0), none),
            Self::CommandConfirmed { device, command } => {
                ("command_confirmed", Some(device.0), json!({ "command": command }))
            }
            Self::AgreementAccepted { device, ref version } => {
                ("agreement_accepted", Some(device.0), json!({ "version": version }))
            }
            Self::DatabasesRefused(id) => ("databases_refused", Some(id.0), none),
            Self::DeviceStopped(id) => ("device_stopped", Some(id.0), none),
            Self::LicenseHandedOver { license, to } => ("license_handed_over", Some(license.0), json!({ "to": to })),
            Self::TicketKeyRotated => ("ticket_key_rotated", None, none),
            Self::SeatHopping(id) => ("seat_hopping", Some(id.0), none),
            Self::OveruseFound(id) => ("overuse_found", Some(id.0), none),
            Self::CountryUnknown(id) => ("country_unknown", Some(id.0), none),
            Self::CodeBlocked { code, ref reason } => ("code_blocked", Some(code.0), json!({ "reason": reason })),
            Self::CodeReplaced { code, by, ref reason } => {
                ("code_replaced", Some(code.0), json!({ "by": by, "reason": reason }))
            }
            Self::CodeUnblocked { code, ref reason } => ("code_unblocked", Some(code.0), json!({ "reason": reason })),
            Self::ActivationRepeated { license, device } => {
                ("activation_repeated", Some(license.0), json!({ "device": device }))
            }
            Self::ActivationRefused { device, code, refusal } => {
                ("activation_refused", Some(device.0), json!({ "refusal": refusal, "code": code }))
            }
            Self::SharingFound(id) => ("sharing_found", Some(id.0), none),
            Self::CodeShown(id) => ("code_shown", Some(id.0), none),
            Self::CodeMailed(id) => ("code_mailed", Some(id.0), none),
            Self::CodesMailed(ref codes) => ("codes_mailed", None, json!({ "codes": codes })),
            Self::CodeUnreadable(id) => ("code_unreadable", Some(id.0), none),
            Self::CodeWithheld { code, refusal } => ("code_withheld", Some(code.0), json!({ "refusal": refusal })),
            Self::RecoveryAsked(id) => ("recovery_asked", Some(id.0), none),
            Self::RecoveryWithdrawn(id) => ("recovery_withdrawn", Some(id.0), none),
            Self::RecoveryViewed { recovery, fields } => {
                ("recovery_viewed", Some(recovery.0), json!({ "fields": fields }))
            }
            Self::RecoveryApproved(id) => ("recovery_approved", Some(id.0), none),
            Self::RecoveryRejected(id) => ("recovery_rejected", Some(id.0), none),
            Self::RecoveryDisclosed { recovery, code } => {
                ("recovery_disclosed", Some(recovery.0), json!({ "code": code }))
            }
            Self::LicenseEndCorrected { license, ref from, ref to } => {
                ("license_end_corrected", Some(license.0), json!({ "from": from, "to": to }))
            }
            Self::RecoveryTaken(id) => ("recovery_taken", Some(id.0), none),
            Self::RecoveryQuestioned(id) => ("recovery_questioned", Some(id.0), none),
            Self::RecoveryNoted(id) => ("recovery_noted", Some(id.0), none),
            Self::RecoveryAnswered(id) => ("recovery_answered", Some(id.0), none),
            Self::RecoveryWeighed { recovery, score, band } => {
                ("recovery_weighed", Some(recovery.0), json!({ "score": score, "band": band.as_str() }))
            }
            Self::RecoveryTimedOut(id) => ("recovery_timed_out", Some(id.0), none),
            Self::OrderMailAsked => ("order_mail_asked", None, none),
            Self::OrderMailSent(id) => ("order_mail_sent", Some(id.0), none),
            Self::CaseOpened(id) => ("case_opened", Some(id.0), none),
            Self::CaseViewed { case, fields } => ("case_viewed", Some(case.0), json!({ "fields": fields })),
            Self::CaseTaken(id) => ("case_taken", Some(id.0), none),
            Self::CaseNoted(id) => ("case_noted", Some(id.0), none),
            Self::CaseAnswered { case, state } => ("case_answered", Some(case.0), json!({ "state": state })),
            Self::CaseMoved { case, state } => ("case_moved", Some(case.0), json!({ "state": state })),
            Self::CaseClosed(id) => ("case_closed", Some(id.0), none),
            Self::RefundAsked(id) => ("refund_asked", Some(id.0), none),
            Self::RefundAppealed(id) => ("refund_appealed", Some(id.0), none),
            Self::RefundFirstYes(id) => ("refund_first_yes", Some(id.0), none),
            Self::RefundApproved(id) => ("refund_approved", Some(id.0), none),
            Self::RefundDenied(id) => ("refund_denied", Some(id.0), none),
            Self::RefundPaid(id) => ("refund_paid", Some(id.0), none),
            Self::AttachmentViewed(id) => ("attachment_viewed", Some(id.0), none),
            Self::AttachmentDeleted(id) => ("attachment_deleted", Some(id.0), none),
            Self::QueueViewed { ref requests, fields } => {
                ("queue_viewed", None, json!({ "requests": requests, "fields": fields }))
            }
            Self::TrailViewed { events, fields } => {
                ("trail_viewed", None, json!({ "events": events, "fields": fields }))
            }
            Self::ViewKept(id) => ("view_kept", Some(id.0), none),
            Self::ViewRemoved(id) => ("view_removed", Some(id.0), none),
            Self::RecordsLookedUp { found } => ("records_looked_up", None, json!({ "found": found })),
            Self::RecordOpened { record, id, ref request, ref reason } => {
                ("record_opened", Some(id), json!({ "record": record, "request": request, "reason": reason }))
            }
            Self::RecordViewed { record, id, ref request, fields } => {
                ("record_viewed", Some(id), json!({ "record": record, "request": request, "fields": fields }))
            }
            Self::RecordRefused { record, id } => ("record_refused", Some(id), json!({ "record": record })),
            Self::HarvestStopped(id) => ("harvest_stopped", Some(id.0), none),
            Self::CodeMatched { code, matches, ref request } => {
                ("code_matched", Some(code.0), json!({ "matches": matches, "request": request }))
            }
            Self::CaseHandedOver { case, to } => ("case_handed_over", Some(case.0), json!({ "to": to })),
            Self::CasePutBack(id) => ("case_put_back", Some(id.0), none),
            Self::RecoveryHandedOver { recovery, to } => {
                ("recovery_handed_over", Some(recovery.0), json!({ "to": to }))
            }
            Self::RecoveryPutBack(id) => ("recovery_put_back", Some(id.0), none),
            Self::CustomerViewed { account, ref request, ref reason } => {
                ("customer_viewed", Some(account.0), json!({ "request": request, "reason": reason }))
            }
            Self::PageViewed { record, id, ref page } => {
                ("page_viewed", Some(id.0), json!({ "record": record, "page": page }))
            }
            Self::BlockPrepared { list, codes } => ("block_prepared", Some(list), json!({ "codes": codes })),
            Self::PublishedBlocked { list, codes } => ("published_blocked", Some(list), json!({ "codes": codes })),
            Self::PublishedUnblocked { list, codes } => ("published_unblocked", Some(list), json!({ "codes": codes })),
            Self::LicenseTransferred { code, from, to, ref request, ref reason } => {
                let facts = json!({ "from": from, "to": to, "request": request, "reason": reason });
                ("license_transferred", Some(code.0), facts)
            }
            Self::CaseMerged { case, into } => ("case_merged", Some(case.0), json!({ "into": into })),
            Self::CaseReminded(id) => ("case_reminded", Some(id.0), none),
            Self::ReplyKept(id) => ("reply_kept", Some(id.0), none),
            Self::ReplyRetired(id) => ("reply_retired", Some(id.0), none),
            Self::FlagSet { flag, account, kind, ref reason } => {
                ("flag_set", Some(flag.0), json!({ "account": account, "kind": kind, "reason": reason }))
            }
            Self::FlagLifted { flag, account } => ("flag_lifted", Some(flag.0), json!({ "account": account })),
            Self::LicenseExtended { license, days, ref reason } => {
                ("license_extended", Some(license.0), json!({ "days": days, "reason": reason }))
            }
            Self::CountriesSet { code, ref from, ref to, ref reason } => {
                ("countries_set", Some(code.0), json!({ "from": from, "to": to, "reason": reason }))
            }
            Self::CatalogChanged { part, id, version, retired, ref reason } => {
                let facts = json!({ "part": part, "version": version, "retired": retired, "reason": reason });
                ("catalog_changed", Some(id), facts)
            }
            Self::BatchAsked { batch, codes, ref reason } => {
                ("batch_asked", Some(batch.0), json!({ "codes": codes, "reason": reason }))
            }
            Self::BatchDone { batch, codes } => ("batch_done", Some(batch.0), json!({ "codes": codes })),
            Self::BatchHandedOver { batch, ref recipient } => {
                ("batch_handed_over", Some(batch.0), json!({ "recipient": recipient }))
            }
            Self::FeedbackHandled(id) => ("feedback_handled", Some(id.0), none),
            Self::ImportTried { good, bad } => ("import_tried", None, json!({ "good": good, "bad": bad })),
            Self::StaffInvited { id, role } => ("staff_invited", Some(id.0), json!({ "role": role })),
            Self::StaffInvitationRevoked(id) => ("staff_invitation_revoked", Some(id.0), none),
            Self::StaffJoined(id) => ("staff_joined", Some(id.0), none),
            Self::StaffEnrolled(id) => ("staff_enrolled", Some(id.0), none),
            Self::StaffRoleSet { staff, from, to } => {
                ("staff_role_set", Some(staff.0), json!({ "from": from, "to": to }))
            }
            Self::StaffSuspended(id) => ("staff_suspended", Some(id.0), none),
            Self::StaffRestored(id) => ("staff_restored", Some(id.0), none),
            Self::StaffSessionsEnded(id) => ("staff_sessions_ended", Some(id.0), none),
            Self::StaffFactorDropped(id) => ("staff_factor_dropped", Some(id.0), none),
            Self::OwnAccountRefused(id) => ("own_account_refused", Some(id.0), none),
            Self::AuditExported { events } => ("audit_exported", None, json!({ "events": events })),
        }
    }
}

/// Records what happened, in the account it concerns: the actor's own, or the one that staff or Latchkey acted on.
///
/// # Errors
/// Those of the database; the deed then fails with it.
pub async fn record(db: &mut PgConnection, cx: &Cx, account: Option<AccountId>, event: Event) -> Result<()> {
    let (name, object, facts) = event.parts();
    let own = cx.actor.account().ok();
    sqlx::query!(
        "insert into audit_event (at, account_id, actor_kind, actor_id, event, object_id, facts, country, request_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        cx.now,
        account.or(own).map(|a| a.0),
        cx.actor.kind(),
        cx.actor.id(),
        name,
        object,
        facts,
        cx.country.map(|c| c.to_string()),
        cx.request.0,
    )
    .execute(db)
    .await?;
    Ok(())
}
