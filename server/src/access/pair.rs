//! Trading a code for a session.
//!
//! Guessing is hopeless: whoever tries wrong codes is silenced for longer and longer, see [`Limits`](super::limit), and nobody else is.

use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use borsklokka_shared::text::readable;

use super::devices::{make_device, take_over};
use super::secret::PairingCode;
use super::{Access, Session, stored_role};
use crate::api::Denied;
use crate::database::within;

impl Access {
    /// Trades a code for a device's session and its token: a new device's, or that of the one which a token in `earlier` once opened. In one
    /// transaction the code is used and the device made or taken over.
    pub(crate) async fn pair(
        &self,
        exchange: ExchangeId,
        code: &PairingCode,
        name: &str,
        earlier: &[String],
    ) -> Result<(Session, String), Denied> {
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        let used: Option<(String, Option<String>)> = within!(&mut transaction, on => sqlx::query_as(
            "DELETE FROM pairing_codes WHERE exchange_id = $1 AND code_sha256 = $2 AND expires_at_ms > $3 \
             RETURNING role, name",
        )
        .bind(exchange.to_string())
        .bind(code.sha256(exchange))
        .bind(now.unix_ms)
        .fetch_optional(&mut **on)
        .await)?;
        let (role, codes_name) = used.ok_or(Denied::CodeWrong)?;
        let name = if name.trim().is_empty() {
            codes_name.as_deref().unwrap_or_default()
        } else {
            name
        };
        // A name that cannot be shown leaves the code unused: the transaction rolls back.
        let name = readable("name", name, DEVICE_NAME_CHARS_MAX)?;
        let role = stored_role(&role)?;
        let mut taken = None;
        for token in earlier {
            if taken.is_none() {
                taken = take_over(&mut transaction, exchange, token, role, &name, now).await?;
            }
        }
        let was_taken = taken.is_some();
        let paired = match taken {
            Some(taken) => taken,
            None => make_device(&mut transaction, exchange, role, &name, now).await?,
        };
        transaction.commit().await?;
        if was_taken {
            self.close_sockets(paired.device);
        }
        let session = Session {
            device: paired.device,
            role,
            name,
            paired_at: now,
            account: None,
        };
        Ok((session, paired.token))
    }
}
