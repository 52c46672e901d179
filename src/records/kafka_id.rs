//! Topic ids, directory ids and cluster ids as Kafka prints them: 16 bytes in URL-safe base64 without padding.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// The text form of an id: always 22 characters, for example `4L6g3nShT-eMCtK--X86sw`.
pub fn to_text(id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(id.as_bytes())
}

/// Reads the text form; `None` when it is not the base64 of exactly 16 bytes.
pub fn from_text(text: &str) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    Uuid::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let id = Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
        assert_eq!(to_text(id).len(), 22);
        assert_eq!(from_text(&to_text(id)), Some(id));
        assert_eq!(from_text("short"), None);
    }
}
