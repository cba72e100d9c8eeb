//! The ceremonies of passkeys: what a browser is asked to sign, and whether it has. A passkey is bound to one name on the internet and to
//! https, so where people come in by neither there are none, and it is said why.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::{Host, Url};
use uuid::Uuid;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::api::Denied;

/// What a server is called where a browser asks which passkey to use.
const CALLED: &str = "Børsklokka";

/// What was asked of a passkey, as it waits for its answer.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Asked {
    /// To be made.
    Made {
        /// What the library compares the answer with.
        state: PasskeyRegistration,
    },
    /// To log in.
    LogIn {
        /// Likewise.
        state: DiscoverableAuthentication,
    },
}

/// The passkeys of a server at one address.
pub struct Passkeys {
    host: String,
    webauthn: Webauthn,
}

impl Passkeys {
    /// Those at the address that people use, if it can have any: a name with https, or this machine's own `localhost`.
    pub fn at(public_url: &str) -> Option<Self> {
        let url = Url::parse(public_url).ok()?;
        let Some(Host::Domain(host)) = url.host() else {
            return None;
        };
        if url.scheme() != "https" && host != "localhost" {
            return None;
        }
        let host = host.to_owned();
        let webauthn = WebauthnBuilder::new(&host, &url).and_then(|builder| builder.rp_name(CALLED).build());
        Some(Self {
            webauthn: webauthn.ok()?,
            host,
        })
    }

    /// The host that they are bound to.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Asks a browser to make one that finds its account by itself, beside those that are there.
    pub(super) fn begin(
        &self,
        account: Uuid,
        email: &str,
        name: &str,
        known: &[Passkey],
    ) -> Result<(Value, Asked), Denied> {
        let known: Vec<CredentialID> = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let begun = self
            .webauthn
            .start_passkey_registration(account, email, name, Some(known));
        let (asked, state) = begun.map_err(|error| broken(&error))?;
        let mut asked = json!(asked);
        // Else it could be used only by whoever types an address first. The library asks for this of attested ones alone.
        let chosen = &mut asked["publicKey"]["authenticatorSelection"];
        chosen["residentKey"] = json!("required");
        chosen["requireResidentKey"] = json!(true);
        Ok((asked, Asked::Made { state }))
    }

    /// The one that was made.
    pub(super) fn made(&self, answer: &RegisterPublicKeyCredential, asked: Asked) -> Result<Passkey, Denied> {
        let Asked::Made { state } = asked else {
            return Err(Denied::PasskeyTooLate);
        };
        let made = self.webauthn.finish_passkey_registration(answer, &state);
        made.map_err(|error| refused(&error))
    }

    /// Asks a browser which of its passkeys logs in.
    pub(super) fn ask(&self) -> Result<(Value, Asked), Denied> {
        let begun = self.webauthn.start_discoverable_authentication();
        let (mut asked, state) = begun.map_err(|error| broken(&error))?;
        // Somebody has pressed the button: the browser need not wait for a field to be filled in.
        asked.mediation = None;
        Ok((json!(asked), Asked::LogIn { state }))
    }

    /// Whose a passkey says it is, and which one.
    pub(super) fn named<'a>(&self, answer: &'a PublicKeyCredential) -> Result<(Uuid, &'a [u8]), Denied> {
        let named = self.webauthn.identify_discoverable_authentication(answer);
        named.map_err(|_| Denied::PasskeyUnknown)
    }

    /// Whether a passkey has signed what was asked, for somebody whom it knows; it counts it then. Gives whether it is to be kept anew.
    pub(super) fn signed(
        &self,
        answer: &PublicKeyCredential,
        asked: Asked,
        passkey: &mut Passkey,
    ) -> Result<(), Denied> {
        let Asked::LogIn { state } = asked else {
            return Err(Denied::PasskeyTooLate);
        };
        let signed = self
            .webauthn
            .finish_discoverable_authentication_v2(answer, state, &*passkey);
        let signed = signed.map_err(|error| refused(&error))?;
        if !signed.user_verified() {
            return Err(Denied::PasskeyRefused);
        }
        passkey.update_credential(&signed);
        Ok(())
    }
}

/// What went wrong with what a browser sent.
fn refused(error: &WebauthnError) -> Denied {
    tracing::info!("a passkey was refused: {error}");
    match error {
        WebauthnError::CredentialPossibleCompromise => Denied::PasskeyCopied,
        _ => Denied::PasskeyRefused,
    }
}

fn broken(error: &WebauthnError) -> Denied {
    Denied::Broken(format!("a passkey cannot be asked for: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_https_has_passkeys_and_an_address_or_plain_http_has_none() {
        for (url, host) in [
            ("https://bors.example.org", Some("bors.example.org")),
            ("https://bors.example.org:8443/", Some("bors.example.org")),
            ("http://localhost:8080", Some("localhost")),
            ("http://bors.example.org", None),
            ("https://192.168.1.5:8443", None),
            ("https://[fd00::5]", None),
            ("http://127.0.0.1:8080", None),
            ("", None),
        ] {
            let passkeys = Passkeys::at(url);
            assert_eq!(passkeys.as_ref().map(Passkeys::host), host, "{url}");
        }
    }
}
