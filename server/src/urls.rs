//! How addresses are said to people: without the passwords in them.

use url::Url;

/// What names a file, in which nobody is named.
const FILE: &str = "sqlite:";
/// What stands for what is not said.
const UNSAID: &str = "…";

/// An address as it is called in what is said of it: with its user, without a password, and without what follows a `?`, where one may stand too.
/// One whose password cannot be told from the rest of it is cut behind its scheme.
pub(crate) fn without_password(url: &str) -> String {
    if url.starts_with(FILE) {
        return url.to_owned();
    }
    if !url.contains('@') {
        return url.split('?').next().unwrap_or_default().to_owned();
    }
    told(url).unwrap_or_else(|| match url.split_once("://") {
        Some((scheme, _)) => format!("{scheme}://{UNSAID}"),
        None => UNSAID.to_owned(),
    })
}

/// It as it is read, if that leaves no doubt where the password ends.
fn told(url: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    let behind = [Some(url.path()), url.query(), url.fragment()];
    if behind.iter().flatten().any(|part| part.contains('@')) {
        return None;
    }
    url.set_password(None).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_said() {
        for (url, said) in [
            (
                "postgres://ola:hemmelig@db.example.org:5432/bors?sslmode=require&password=hemmelig",
                "postgres://ola@db.example.org:5432/bors",
            ),
            (
                "postgresql://ola@localhost/bors",
                "postgresql://ola@localhost/bors",
            ),
            ("postgres:///bors?host=/tmp", "postgres:///bors"),
            (
                "postgres://localhost/bors?password=hemmelig",
                "postgres://localhost/bors",
            ),
            ("postgress://ola:hemmelig@h/bors", "postgress://ola@h/bors"),
            ("postgres://ola:hem?melig@h/bors", "postgres://…"),
            ("postgres://ola:hem/melig@h/bors", "postgres://…"),
            ("postgres://ola:12/hemmelig@h/bors", "postgres://…"),
            ("postgres://ola:12#hemmelig@h/bors", "postgres://…"),
            ("postgres:/ola:hemmelig@h/bors", "…"),
            ("postgres:ola:hemmelig@h/bors", "…"),
            ("ola:hemmelig@h/bors", "…"),
            ("data/b.db", "data/b.db"),
            ("sqlite:data/b.db", "sqlite:data/b.db"),
            ("sqlite:kari@home/b.db", "sqlite:kari@home/b.db"),
        ] {
            assert_eq!(without_password(url), said, "{url}");
        }
    }
}
