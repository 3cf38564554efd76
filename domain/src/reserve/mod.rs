//! Reserve codes: each waits on one device and takes over by itself when the running license ends (R32–R46).

crate::choice! {
    /// Where a reserve code stands on its device.
    pub enum ReserveState {
        /// Waits for the end of the running license.
        Waiting = "waiting",
        /// Took over: its license runs.
        Promoted = "promoted",
        /// Could not take over, or never will; the code itself is kept (R34).
        Failed = "failed",
        /// Taken back by a person (edge case 18).
        Removed = "removed",
    }
}
