//! The authority as a configuration profile, which iPadOS, iOS and macOS install.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::page::escape;
use crate::tls::Authority;

/// The profile, as XML. The same authority gives the same profile, so installing it twice changes nothing.
pub(super) fn profile(authority: &Authority, description: &str) -> String {
    let hash = Sha256::digest(&authority.certificate);
    let id = |bytes: &[u8]| {
        let bytes = bytes.try_into().expect("half of 32 bytes");
        let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
        id.to_string().to_uppercase()
    };
    let (whole, certificate): (String, String) = (id(&hash[..16]), id(&hash[16..]));
    let data = STANDARD.encode(&authority.certificate);
    let name = escape(&authority.name);
    let description = escape(description);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadIdentifier</key><string>borsklokka.authority.{whole}</string>
  <key>PayloadUUID</key><string>{whole}</string>
  <key>PayloadDisplayName</key><string>{name}</string>
  <key>PayloadDescription</key><string>{description}</string>
  <key>PayloadRemovalDisallowed</key><false/>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>borsklokka.authority.{whole}.certificate</string>
      <key>PayloadUUID</key><string>{certificate}</string>
      <key>PayloadDisplayName</key><string>{name}</string>
      <key>PayloadCertificateFileName</key><string>borsklokka.crt</string>
      <key>PayloadContent</key><data>{data}</data>
    </dict>
  </array>
</dict>
</plist>
"#
    )
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::instant::Instant;
    use uuid::Uuid;

    use super::*;

    fn of(certificate: &[u8]) -> String {
        let authority = Authority {
            certificate: certificate.to_vec().into(),
            name: "Børsklokka <1>".to_owned(),
            until: Instant::default(),
        };
        profile(&authority, "a & b")
    }

    #[test]
    fn holds_the_certificate_and_ids_of_its_own() {
        let one = of(b"one");
        assert!(one.contains("<data>b25l</data>"), "{one}");
        assert!(one.contains("Børsklokka &lt;1&gt;") && one.contains("a &amp; b"));
        assert_eq!(one, of(b"one"));
        let ids: Vec<&str> = one
            .split("PayloadUUID</key><string>")
            .skip(1)
            .map(|rest| &rest[..36])
            .collect();
        assert_ne!(ids[0], ids[1]);
        assert!(ids.iter().all(|id| Uuid::parse_str(id).is_ok()));
        assert!(!of(b"two").contains(ids[0]));
    }
}
