//! Which pages travel to the browser together. The program of a page is fetched with its section when the first page of it
//! is shown: nobody waits for what others work with, and customers are sent nothing of support's.

use leptos::prelude::*;
use leptos_router::LazyRoute;

macro_rules! sections {
    ($($section:ident: $($page:ident($name:ident) = $view:path),+;)+) => { $($(
        mod $name {
            use leptos::prelude::*;
            use leptos::wasm_split::{SplitLoaderError, wasm_split};

            #[wasm_split($section, wasm_split_path = leptos::wasm_split, fallible, preload(arrived))]
            pub(super) fn $name() -> Result<AnyView, SplitLoaderError> {
                Ok($view().into_any())
            }
        }

        /// A page by its section.
        #[derive(Debug)]
        pub struct $page;

        impl LazyRoute for $page {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                // its files are named in the head of the page, so that they arrive while the rest starts
                #[cfg(feature = "ssr")]
                leptos::prefetch_lazy_fn_on_server(stringify!($section));
                $name::$name().await.unwrap_or_else(|_| by_the_browser())
            }

            async fn preload() {
                // what did not arrive is found missing when it is to be shown
                let _ = $name::arrived().await;
            }
        }
    )+)+ };
}

/// A section that did not arrive is left to the browser: a page that the server wrote stays as it is and needs no program to
/// be used, and where a link leads is loaded.
fn by_the_browser() -> AnyView {
    #[cfg(not(feature = "ssr"))]
    {
        let written = Owner::current_shared_context().is_some_and(|context| context.during_hydration());
        assert!(!written, "the program of this page did not arrive");
        let _ = window().location().reload();
    }
    ().into_any()
}

sections! {
    signing_in:
        SignIn(sign_in) = crate::auth::SignIn,
        SecondStep(second_step) = crate::auth::SecondStep,
        SignUpPage(sign_up_page) = crate::auth::SignUpPage,
        CheckMail(check_mail) = crate::auth::CheckMail,
        Confirm(confirm) = crate::auth::Confirm,
        Forgot(forgot) = crate::auth::Forgot,
        Reset(reset) = crate::auth::Reset,
        Join(join) = crate::people::Join,
        Unsubscribe(unsubscribe) = crate::notices::Unsubscribe,
        ConfirmEmailChange(confirm_email_change) = crate::auth::ConfirmEmailChange,
        StopEmailChange(stop_email_change) = crate::auth::StopEmailChange,
        SupportSignIn(support_sign_in) = crate::support::SignIn,
        Status(status) = crate::status::Status,
        JoinSupport(join_support) = crate::support::JoinSupport,
        SupportFactor(support_factor) = crate::support::SupportFactor;
    overview:
        Overview(overview) = crate::overview::Overview;
    devices:
        Devices(devices) = crate::devices::Devices,
        Device(device) = crate::devices::Device,
        Reinstall(reinstall) = crate::devices::Reinstall,
        Link(link) = crate::link::Link;
    licenses:
        Licenses(licenses) = crate::licenses::Licenses,
        AddCode(add_code) = crate::licenses::AddCode,
        Certificate(certificate) = crate::licenses::Certificate,
        Leaked(leaked) = crate::licenses::Leaked,
        Details(details) = crate::licenses::Details;
    office:
        Renew(renew) = crate::renew::Renew,
        Store(store) = crate::renew::Store,
        Recover(recover) = crate::recovery::Recover,
        Requests(requests) = crate::requests::Requests,
        NewRequest(new_request) = crate::requests::NewRequest,
        Request(request) = crate::requests::Request,
        Disclosed(disclosed) = crate::recovery::Disclosed,
        LicenseHistory(license_history) = crate::activity::LicenseHistory,
        DeviceHistory(device_history) = crate::activity::DeviceHistory,
        Activity(activity) = crate::activity::Activity,
        People(people) = crate::people::People,
        Person(person) = crate::people::Person,
        Notices(notices) = crate::notices::Notices,
        Help(help) = crate::help::Help,
        Article(article) = crate::help::Article,
        Settings(settings) = crate::settings::Settings,
        Export(export) = crate::settings::Export;
    support:
        Queue(queue) = crate::support::Queue,
        Review(review) = crate::support::Review,
        DeskCase(desk_case) = crate::support::DeskCase,
        Feedback(feedback) = crate::support::Feedback,
        LookUp(look_up) = crate::support::LookUp,
        Published(published) = crate::support::Published,
        Replies(replies) = crate::support::Replies,
        DeskCustomerPage(desk_customer_page) = crate::support::DeskCustomerPage,
        DeskCodePage(desk_code_page) = crate::support::DeskCodePage,
        DeskDevicePage(desk_device_page) = crate::support::DeskDevicePage,
        Audit(audit) = crate::support::Audit,
        OwnPage(own_page) = crate::support::OwnPage,
        TeamPage(team_page) = crate::support::TeamPage,
        MemberPage(member_page) = crate::support::MemberPage,
        CatalogPage(catalog_page) = crate::support::CatalogPage,
        NewEntry(new_entry) = crate::support::NewEntry,
        EntryPage(entry_page) = crate::support::EntryPage,
        BatchesPage(batches_page) = crate::support::BatchesPage,
        NewBatch(new_batch) = crate::support::NewBatch,
        BatchPage(batch_page) = crate::support::BatchPage,
        NewImport(new_import) = crate::support::NewImport,
        ImportPage(import_page) = crate::support::ImportPage,
        Pictures(pictures) = crate::support::Pictures;
}
