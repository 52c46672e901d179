//! New offsets in a file: `topic,partition,offset`, or `group,topic,partition,offset`, a line each.

use std::collections::BTreeMap;

use super::NewOffsets;

/// Lines without the group, or with it in front.
pub(crate) fn write(group: Option<&str>, offsets: &NewOffsets) -> String {
    let front = group.map_or(String::new(), |group| format!("{},", quoted(group)));
    let line = |((topic, partition), offset): (&(String, i32), &i64)| {
        format!("{front}{topic},{partition},{offset}\n")
    };
    offsets.iter().map(line).collect()
}

/// Only groups may have names that need it.
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

/// Reads offsets by groups; lines without a group are for `only`.
pub(crate) fn read(text: &str, only: Option<&str>) -> Result<BTreeMap<String, NewOffsets>, String> {
    let mut read: BTreeMap<String, NewOffsets> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let invalid = || {
            format!("line {number} is not topic,partition,offset or group,topic,partition,offset")
        };
        let fields = fields(line).ok_or_else(invalid)?;
        let (group, rest) = match fields.as_slice() {
            [_, _, _] => {
                let only = only.ok_or_else(|| format!("line {number} does not name its group"))?;
                (only.to_owned(), fields.as_slice())
            }
            [group, rest @ ..] if rest.len() == 3 => (group.clone(), rest),
            _ => return Err(invalid()),
        };
        let partition: i32 = rest[1].trim().parse().map_err(|_| invalid())?;
        let offset: i64 = rest[2].trim().parse().map_err(|_| invalid())?;
        let place = (rest[0].trim().to_owned(), partition);
        read.entry(group).or_default().insert(place, offset);
    }
    Ok(read)
}

/// The fields of a line, of which any may stand in quotes; `None` when a quote does not end.
fn fields(line: &str) -> Option<Vec<String>> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars().peekable();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        let field = fields.last_mut()?;
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            other => field.push(other),
        }
    }
    (!is_quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets() -> NewOffsets {
        NewOffsets::from([(("a".to_owned(), 0), 1), (("a".to_owned(), 1), 100)])
    }

    #[test]
    fn what_is_exported_is_read_again() {
        let text = write(None, &offsets());
        assert_eq!(text, "a,0,1\na,1,100\n");
        let expected = BTreeMap::from([("g".to_owned(), offsets())]);
        assert_eq!(read(&text, Some("g")), Ok(expected));
        let text = write(Some("odd,\"name\""), &offsets());
        let expected = BTreeMap::from([("odd,\"name\"".to_owned(), offsets())]);
        assert_eq!(read(&text, None), Ok(expected));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(read("a,0,1", None), Err("line 1 does not name its group".to_owned()));
        for wrong in ["a,0", "a,x,1", "a,0,x", "\"a,0,1", "a,b,c,0,1"] {
            let error = read(wrong, Some("g")).expect_err(wrong);
            assert!(error.starts_with("line 1 is not "), "{error}");
        }
        assert_eq!(read("\n", Some("g")), Ok(BTreeMap::new()));
    }
}
