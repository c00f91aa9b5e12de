//! "Did you mean": the known name that an unknown one was probably meant to be.

/// The known name that an unknown one was probably meant to be.
pub fn suggest<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    // A long text is no slip of the pen, and the distance costs its length times the other's.
    if name.len() > 100 {
        return None;
    }
    let plain = |name: &str| name.to_lowercase().replace(['_', ' '], "-");
    let wanted = plain(name);
    names
        .iter()
        .map(|known| (strsim::damerau_levenshtein(&wanted, &plain(known)), *known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_whatever_its_case() {
        let codes = ["REF_NOT_FOUND", "NOT_FOUND", "OID_INVALID"];
        assert_eq!(suggest("REF_NOT_FOUN", &codes), Some("REF_NOT_FOUND"));
        assert_eq!(suggest("ref-not-found", &codes), Some("REF_NOT_FOUND"));
        assert_eq!(suggest("Applies To", &["applies_to", "registers"]), Some("applies_to"));
        assert_eq!(suggest("temrs", &["terms", "title"]), Some("terms"));
        assert_eq!(suggest("colour", &["terms", "title"]), None);
    }
}
