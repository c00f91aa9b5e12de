//! Both languages' common part, and what it means.

use super::*;

fn whole(pattern: &str, text: &str) -> bool {
    Pattern::whole(pattern).unwrap().is_match(text)
}

#[test]
fn patterns_mean_what_ecmascript_means() {
    assert!(whole(r"\d{2,3}", "12") && !whole(r"\d{2,3}", "1234"));
    assert!(!whole(r"\d", "٣") && !whole(r"\w", "é") && whole(r"\W", "é"));
    assert!(whole(r"\s", "\u{FEFF}") && whole(r"\s", "\u{B}") && !whole(r"\s", "\u{85}"));
    assert!(whole(".", "🍕") && !whole(".", "\u{2028}") && !whole(".", "\r") && whole(".", "\u{85}"));
    assert!(whole("a|bc", "bc") && !whole("a|bc", "ab"));
    assert!(whole(r"[\w.+-]+@[a-z]+\.[a-z]{2,}", "a.b+c@example.org"));
    assert!(whole(r"[&&~~[]+", "[&~") && !whole(r"[&&~~[]", "a"));
    assert!(whole(r"[+--]", ",") && whole(r"[a-]", "-") && whole(r"[-a]", "-"));
    assert!(whole(r"[\]\\\-]{3}", r"]\-"));
    assert!(whole(r"\p{L}+", "Straße") && whole(r"[\p{L}\d ]+", "é 1") && !whole(r"\P{L}", "a"));
    assert!(whole(r"\x41[\x42-\x43]{2}\/", "ABC/"));
    assert!(whole(r"a\b b", "a b") && whole(r"é\Bö", "éö") && !whole(r"a\Bé", "aé"));
    assert!(whole("^a$", "a") && !whole("a$", "a\n"));
    assert!(whole("# x", "# x"), "nothing is a comment");
    assert!(whole("", "") && !whole("", "a"));
    assert!(Pattern::somewhere("b").unwrap().is_match("abc"));
}

#[test]
fn what_both_engines_take_is_taken() {
    for pattern in [
        "",
        "a",
        "a|",
        "()",
        "(?:)",
        "(a|b)*c",
        "[a-z]+",
        "[^a-z]?",
        r"\d{4}-\d{2}-\d{2}",
        r"^\+?[0-9 ()/-]{6,20}$",
        r"[\w.+-]+@[\w-]+(\.[\w-]+){1,5}",
        r"(\d{1,3}\.){3}\d{1,3}",
        r"\p{L}[\p{L}\p{M}' -]*",
        r"\P{Lu}",
        r"[\]\[\-\\^]",
        "[a-]",
        "[-a]",
        "[a^]",
        "[[a]",
        "[&&--~~]",
        r"\x41[\x00-\xff]",
        r"\t\n\v\f\r",
        r"\/\.\*\+\?\(\)\[\]\{\}\|\^\$\\",
        "a*?b+?c??d{1,2}?",
        "a{0}",
        "a{1000}",
        "(a{30}){30}",
        "(ab+){2,5}",
        "(a+b)?",
        r"\bword\b",
        "(?<year>[0-9]{4})",
        "ä{2}🍕",
        "a,b",
        "a-b",
        "a=b!c:d<e>f",
        r"(S|M|L|XL)",
    ] {
        assert_eq!(check(pattern), Ok(()), "{pattern}");
    }
}

#[test]
fn what_one_of_them_refuses_or_what_takes_for_ever_is_refused() {
    for (pattern, at) in [
        ("(", 0),
        (")", 0),
        ("a)", 1),
        ("(a", 0),
        ("[", 0),
        ("[a", 0),
        ("[]", 0),
        ("[]a]", 0),
        ("[^]", 0),
        ("[^]]", 0),
        ("*", 0),
        ("a**", 2),
        ("a+*", 2),
        ("a{2}{3}", 4),
        ("a{2}+", 4),
        ("a|*", 2),
        ("(*)", 1),
        ("^*", 0),
        (r"\b+", 0),
        ("$?", 0),
        ("{", 0),
        ("a{", 1),
        ("a{,3}", 1),
        ("a{1", 1),
        ("a{x}", 1),
        ("}", 0),
        ("]", 0),
        ("a{3,2}", 1),
        ("a{1001}", 1),
        ("(a{40}){40}", 7),
        ("((a{11}){10}){10}", 13),
        ("a{99999999999999999999}", 1),
        ("(?=a)", 0),
        ("(?!a)", 0),
        ("(?<=a)", 0),
        ("(?<!a)", 0),
        ("(?i)a", 0),
        ("(?i:a)", 0),
        ("(?P<n>a)", 0),
        ("(?<1>a)", 0),
        ("(?<a>x)(?<a>y)", 7),
        ("(?#x)", 0),
        ("(?>a)", 0),
        (r"(a)\1", 3),
        (r"\0", 0),
        (r"\k<a>", 0),
        (r"\u0041", 0),
        (r"\cA", 0),
        (r"\Aa\z", 0),
        (r"\Qa\E", 0),
        (r"\x4", 0),
        (r"\x{41}", 0),
        (r"\p{Greek}", 0),
        (r"\p{Script=Greek}", 0),
        (r"\pL", 0),
        (r"\p{Letter}", 0),
        (r"\p{L", 0),
        (r"\-", 0),
        (r"\a", 0),
        (r"\q", 0),
        (r"\ü", 0),
        (r"\_", 0),
        (r"a\", 1),
        (r"[\", 1),
        (r"[\b]", 1),
        ("[z-a]", 1),
        (r"[\d-z]", 1),
        (r"[a-\d]", 1),
        ("[[:alpha:]]", 1),
        (r"[\_]", 1),
        ("(a+)+", 4),
        ("(a*)*", 4),
        ("(a|b*)+", 6),
        ("(?:a{2,})*", 9),
        ("((a+)b)+", 7),
        ("(a+){2,}", 4),
        (r"(\w+\s?)*", 8),
        ("(.*)*", 4),
        ("(a+?)+", 5),
        ("(x+x+)+y", 6),
    ] {
        let fault = check(pattern).unwrap_err();
        assert_eq!(fault.at, at, "{pattern}: {}", fault.message);
    }
    let deep = "(".repeat(120) + &")".repeat(120);
    assert_eq!(check(&deep).unwrap_err().at, 100);
    assert!(check(&"a".repeat(500)).is_ok() && check(&"ä".repeat(501)).is_err());
}

proptest::proptest! {
    #[test]
    fn any_text_is_judged(pattern in r"([ab01\\\[\](){}*+?|^$.,:<=!dwsbpxLk-]|\PC){0,20}") {
        if let Err(fault) = check(&pattern) {
            proptest::prop_assert!(fault.at <= pattern.chars().count());
        }
    }
}
