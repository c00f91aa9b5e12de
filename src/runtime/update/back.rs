//! Back to an earlier good pack: because what is served was revoked, or because somebody asks for it.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Outcome};
use crate::runtime::event::{Event, Kind};
use crate::runtime::fault::revoked;
use crate::runtime::source::Trouble;
use crate::time::rfc3339;

use super::Updater;

impl Updater {
    /// Drops what is served if it was revoked, and serves the good pack before it.
    pub(super) fn revocations(&mut self, events: &mut Vec<Event>) -> Result<(), Trouble> {
        let Some(now) = self.current.clone() else { return Ok(()) };
        let hash = &now.release.pack_hash;
        let Some(reason) = self.source.revoked(hash)? else { return Ok(()) };
        let one = revoked(hash, &reason);
        // Not to be able to remember it is no reason to go on serving it.
        let _ = self.keep.mark_bad(hash, rfc3339((self.clock)()), one.code, &one.message);
        let mut event = self.event(Kind::Revoked, reason);
        event.pack = Some(now.release.clone());
        event.diagnostics = vec![one];
        events.push(event);
        self.current = None;
        let state = self.keep.state().map_err(Trouble::Failed)?;
        let before = state.good.iter().rev().skip_while(|good| good.id == now.release.id);
        for good in before.filter(|good| good.pack_hash != *hash) {
            match self.open_good(good) {
                Ok(served) => {
                    let mut event = self.event(Kind::RolledBack, "what was served has been revoked");
                    (event.pack, event.from) = (Some(served.release.clone()), Some(now.release.clone()));
                    self.current = Some(Arc::new(served));
                    events.push(event);
                    break;
                }
                Err(damaged) => events.push(self.lost(good, *damaged)),
            }
        }
        let _ = self.keep.retain(|all| all.retain(|good| good.pack_hash != *hash));
        if self.current.is_none() {
            let reason = "what was served has been revoked, and no good pack before it is kept";
            events.push(self.event(Kind::Waiting, reason));
        }
        Ok(())
    }

    /// Serves the good pack that was served `steps` good packs before.
    ///
    /// # Errors
    /// So many are not kept, its copy is damaged or it was revoked, or the own store cannot be written. Then nothing
    /// changed.
    pub(in crate::runtime) fn rollback(&mut self, steps: usize) -> Outcome<Vec<Event>> {
        let Some(now) = self.current.clone().filter(|_| steps > 0) else { return Ok(Vec::new()) };
        let good = self.keep.state()?.good;
        let here = good.iter().rposition(|good| good.id == now.release.id).unwrap_or(good.len());
        let Some(at) = here.checked_sub(steps) else {
            let message =
                format!("cannot go {steps} good packs back: {here} are kept before the one that is served");
            let help = "go back less far, or keep more of them (`keep`)";
            return Err(Box::new(Diagnostic::error(Code::NotFound, message).help(help)));
        };
        let served = self.open_good(&good[at])?;
        let wanted = good[..=at].to_vec();
        self.keep.retain(|all| *all = wanted)?;
        let mut event = self.event(Kind::RolledBack, format!("by {steps}, as asked"));
        (event.pack, event.from) = (Some(served.release.clone()), Some(now.release.clone()));
        self.current = Some(Arc::new(served));
        Ok(vec![event])
    }
}
