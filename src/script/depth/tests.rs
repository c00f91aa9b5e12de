//! Depth: what is bounded, what is not, and that tricks of tokens hide nothing.

use super::*;

fn height(source: &str) -> u32 {
    scan(source).map_or(u32::MAX, |scan| scan.height)
}

fn refused(source: &str) -> bool {
    scan(source).is_err()
}

#[test]
fn brackets_are_bounded_at_five_hundred() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("`${", "}`"), ("f(", ")"), ("[...[", "]]")] {
        let brackets = open.bytes().filter(|b| b"([{".contains(b)).count();
        let most = 500 / brackets;
        let nested = |n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
        assert!(!refused(&nested(most)), "{open}");
        assert!(refused(&nested(most + 1)), "{open}");
        assert!(refused(&open.repeat(100_000)), "{open}");
    }
}

#[test]
fn what_nests_without_brackets_is_bounded() {
    let chains = [
        "!",
        "- ",
        "~",
        "typeof ",
        "void ",
        "await ",
        "yield ",
        "new ",
        "a = ",
        "x => ",
        "async x => ",
        "a ? b : ",
        "if (a) ",
        "while (a) ",
        "for (;;) ",
        "do ",
        "l: ",
        "a ** ",
        "if (a) b; else ",
        "if (a) {} else ",
        "class extends ",
        "async (x) => ",
        "delete ",
        "+ ",
        "with (a) ",
        "for (a of b) ",
        "if (a)\n",
        "x =>\n",
        "async x =>\n",
        "a ??= ",
        "a /= ",
        "...a = ",
    ];
    for chain in chains {
        assert!(!refused(&format!("{}x", chain.repeat(200))), "{chain}");
        assert!(refused(&format!("{}x", chain.repeat(501))), "{chain}");
    }
}

#[test]
fn long_chains_are_high_not_deep() {
    for chain in ["a + ", "a.b", ".b", "?.b", "(a)", "[a]", "`x`", "a && ", "a?.b"] {
        let long = format!("x{}", chain.repeat(2_000));
        assert!(height(&long) >= 2_000 && height(&long) < 20_000, "{chain} {}", height(&long));
    }
    assert!(refused(&"a+".repeat(100_000)));
    assert!(height(&"f(1);\n".repeat(10_000)) < 10);
    assert!(height(&"f(1)\n".repeat(10_000)) < 10, "without semicolons too");
    assert!(height(&"const a = b\n".repeat(10_000)) < 10);
    assert!(height(&"if (a) { b() }\n".repeat(10_000)) < 10);
    assert!(height(&"case 'a': case 'b': x = 1\n".repeat(10_000)) < 10);
    assert!(height(&format!("[{}]", "1, ".repeat(100_000))) < 10);
}

#[test]
fn nothing_hides_depth() {
    let deep = "(".repeat(600);
    for before in [
        "'\\'';",
        "/'/;",
        "x = /[/\"]/;",
        "a / b / ",
        "`a${'`'}b`;",
        "// '\n",
        "/* ' */",
        "<!-- '\n",
        "x\n--> '\n",
        "a\n/ b / ",
        "if (a) /'/.b;",
        "a.if(1) / 2 / ",
        "x = a++ / ",
        "`\\``;",
        "'\\\n';",
        "/[\\]/'\"]/;",
        "return /'/;",
        "#!'\n",
        "}/a/g;",
        "a.return / 1 / ",
        "``/1/",
        "a.#if (1) / 2 / ",
        "1 / ",
        "1e+5 / ",
        "0xe / ",
    ] {
        assert!(refused(&format!("{before}{deep}")), "{before}");
    }
    for either in ["}/'/;", "}/(/", "await /'/", "x of /\"/"] {
        assert!(refused(either), "{either} can be read in two ways");
    }
}

#[test]
fn ordinary_things_pass() {
    for source in [
        "",
        "x",
        "a / b / c",
        "x = /a(b)/.test(c)",
        "`a${b / 2}c${/d/}`",
        "n --> 0",
        "a < !b",
        "({}) / 2",
        "}",
        ")]",
        "'unterminated",
        "`unterminated ${",
        "/unterminated",
        "é.ö = 'ü'",
        "a?.5:b",
        "\u{feff}x",
    ] {
        assert!(!refused(source), "{source}");
        assert!(scan(source).is_ok_and(|scan| scan.comments.is_empty()), "{source}");
    }
    for source in ["<!-- x", "a\n--> x", "/*\n*/ --> x", "--> x"] {
        assert_eq!(scan(source).map(|scan| scan.comments.len()).ok(), Some(1), "{source}");
    }
}
