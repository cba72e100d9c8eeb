//! The programme while others write in it too: which line is which once somebody has changed it, and a change that is taken back
//! on top of what others have changed since.

use borsklokka_shared::limits::PROGRAMME_ITEMS_MAX;

use super::{Addition, Change, Kind, Line, LineId, Plan, USUAL_START};

/// A line, and how long it is until the next begins; none for the last. A change to one moves no other.
type Part<'a> = (&'a Line, Option<u32>);

impl Plan {
    /// The same programme, in which each line is the one that it was before somebody changed it.
    #[must_use]
    pub fn following(mut self, before: &Plan) -> Self {
        let found = matched(&before.lines, &self.lines);
        self.made = before.made;
        for (place, found) in found.into_iter().enumerate() {
            self.lines[place].id = match found {
                Some(old) => before.lines[old].id,
                None => self.fresh(),
            };
        }
        self
    }

    /// The same, where it is not known yet whether a change came before what others changed: the lines are those of it, or those that it was
    /// made of, whichever leaves fewer new ones.
    #[must_use]
    pub fn following_either(self, Change { before, after }: &Change) -> Self {
        let made = before.made.max(after.made);
        let [with, without] = [after, before].map(|plan| {
            let plan = Plan { made, ..plan.clone() };
            self.clone().following(&plan)
        });
        let new = |plan: &Plan| plan.lines.iter().filter(|line| line.id.0 > made).count();
        if new(&without) < new(&with) { without } else { with }
    }

    /// This programme without a change that was made to an earlier one, and with what others have changed since. None if what was
    /// changed has been changed again, or been held.
    pub fn without(&self, change: &Change) -> Option<Self> {
        let Change { before, after } = change;
        let (was, made, now) = (before.parts(), after.parts(), self.parts());
        let is_in = |plan: &Plan, id| plan.place(id).is_some();
        let mut lines: Vec<(Line, Option<u32>)> = Vec::new();
        for (line, span) in now {
            let own_made = part(&made, line.id);
            let (line, span) = match (part(&was, line.id), own_made) {
                // It came with the change, and goes with it.
                (None, Some((made, _))) if is_same(made, line) => continue,
                (None, Some(_)) => return None,
                (Some(was), Some(made)) => taken_back(was, made, (line, span))?,
                (_, None) => (line.clone(), span),
            };
            lines.push((line, span));
        }
        // What was changed in a line that somebody has removed since.
        let is_lost = |(made, span): &Part<'_>| {
            let was = part(&was, made.id);
            !is_in(self, made.id)
                && was.is_some_and(|(was, was_span)| !is_same(was, made) || was_span != *span)
        };
        if made.iter().any(is_lost) {
            return None;
        }
        let stay = |plan: &Plan| -> Vec<LineId> {
            let ids = plan.lines.iter().map(|line| line.id);
            ids.filter(|id| is_in(before, *id) && is_in(after, *id) && is_in(self, *id))
                .collect()
        };
        let (order_was, order_made) = (stay(before), stay(after));
        if order_was != order_made {
            if stay(self) != order_made {
                return None;
            }
            in_order(&mut lines, &order_was);
        }
        put_back(&mut lines, &was, after)?;
        let first = match (before.lines.first(), after.lines.first(), self.lines.first()) {
            (Some(was), Some(made), Some(now)) if was.start != made.start => {
                (now.start == made.start).then_some(was.start)?
            }
            (was, _, now) => now.or(was).map_or(USUAL_START, |line| line.start),
        };
        self.rebuilt(lines, first, before.made.max(after.made))
    }

    /// The lines with their lengths.
    fn parts(&self) -> Vec<Part<'_>> {
        let is_last = |place: usize| place + 1 == self.lines.len();
        let part = |(place, line)| (line, (!is_last(place)).then(|| self.span(place)));
        self.lines.iter().enumerate().map(part).collect()
    }

    /// The programme of these lines, one after the other; none if it moves what has been held, or has no room for them.
    fn rebuilt(&self, lines: Vec<(Line, Option<u32>)>, first: u32, made: u32) -> Option<Self> {
        let mut plan = Self {
            lines: Vec::new(),
            made: self.made.max(made),
        };
        let mut start = first;
        for (line, span) in lines {
            let length = span.or(line.minutes).unwrap_or(Addition::Closing.minutes());
            plan.lines.push(Line { start, ..line });
            start += length;
        }
        plan.measure();
        let stays = |(place, line): (usize, &Line)| !line.is_held || plan.lines.get(place) == Some(line);
        let is_whole = plan.lines.len() <= PROGRAMME_ITEMS_MAX && self.lines.iter().enumerate().all(stays);
        is_whole.then_some(plan)
    }
}

/// A line's part.
fn part<'a>(parts: &[Part<'a>], id: LineId) -> Option<Part<'a>> {
    parts.iter().find(|(line, _)| line.id == id).copied()
}

/// Whether two say the same: their starts, and the lengths that hang on the lines below, are nobody's own.
fn is_same(one: &Line, other: &Line) -> bool {
    one.title == other.title && one.kind == other.kind && own_minutes(one) == own_minutes(other)
}

/// A round's length.
fn own_minutes(line: &Line) -> Option<u32> {
    line.minutes.filter(|_| matches!(line.kind, Kind::Round(_)))
}

/// What it is now if it is what it was made, as it was; and what was not changed, as it is. None if it has been changed again.
fn back<T: PartialEq>(was: T, made: &T, now: T) -> Option<T> {
    if was == *made {
        Some(now)
    } else {
        (now == *made).then_some(was)
    }
}

/// A line as it is now, but for what a change made of it.
fn taken_back(was: Part<'_>, made: Part<'_>, now: Part<'_>) -> Option<(Line, Option<u32>)> {
    let ((was, was_span), (made, made_span), (now, now_span)) = (was, made, now);
    let title = back(&was.title, &&made.title, &now.title)?.clone();
    let minutes = back(own_minutes(was), &own_minutes(made), own_minutes(now))?;
    let span = back(was_span, &made_span, now_span)?;
    let minutes = minutes.or(now.minutes);
    let line = Line {
        title,
        minutes,
        ..now.clone()
    };
    Some((line, span))
}

/// Puts the lines that are named in this order, in the places that they have.
fn in_order(lines: &mut [(Line, Option<u32>)], order: &[LineId]) {
    let places: Vec<usize> = (0..lines.len())
        .filter(|place| order.contains(&lines[*place].0.id))
        .collect();
    let ordered: Vec<_> = order
        .iter()
        .filter_map(|id| lines.iter().find(|(line, _)| line.id == *id).cloned())
        .collect();
    for (place, line) in places.into_iter().zip(ordered) {
        lines[place] = line;
    }
}

/// Puts the lines back that a change took out, each below the one that it stood below. None if another round has its number by now.
fn put_back(lines: &mut Vec<(Line, Option<u32>)>, was: &[Part<'_>], after: &Plan) -> Option<()> {
    for (place, (line, span)) in was.iter().enumerate() {
        let stands = |id| lines.iter().position(|(line, _)| line.id == id);
        if after.place(line.id).is_some() || stands(line.id).is_some() {
            continue;
        }
        let is_round = matches!(line.kind, Kind::Round(_));
        if is_round && lines.iter().any(|(other, _)| other.kind == line.kind) {
            return None;
        }
        let above = was[..place].iter().rev().find_map(|(above, _)| stands(above.id));
        let at = above.map_or(0, |above| above + 1);
        lines.insert(at, ((*line).clone(), *span));
    }
    Some(())
}

/// Of each new line the place of the old one that it is, if it is one.
fn matched(old: &[Line], new: &[Line]) -> Vec<Option<usize>> {
    let mut found = common(old, new);
    let is_free = |found: &[Option<usize>], one: usize| !found.contains(&Some(one));
    // What changed places with others.
    for (place, line) in new.iter().enumerate() {
        if found[place].is_none() {
            let is_it = |one: &usize| is_free(&found, *one) && is_alike(&old[*one], line);
            found[place] = (0..old.len()).find(is_it);
        }
    }
    // What is called something else: it stands below the same line, or above the same.
    for (place, line) in new.iter().enumerate() {
        if found[place].is_none() {
            let above = place.checked_sub(1).map(|above| found[above]);
            let below = found.get(place + 1).copied();
            let is_it = |one: &usize| {
                let is_below =
                    above.map_or(*one == 0, |above| above.is_some() && above == one.checked_sub(1));
                let is_above = below.map_or(*one + 1 == old.len(), |below| below == Some(*one + 1));
                is_free(&found, *one) && old[*one].kind == line.kind && (is_below || is_above)
            };
            found[place] = (0..old.len()).find(is_it);
        }
    }
    found
}

/// Whether a line may be another one that is called the same. A round has its number.
fn is_alike(one: &Line, other: &Line) -> bool {
    one.kind == other.kind && (matches!(one.kind, Kind::Round(_)) || one.title == other.title)
}

/// The longest row of lines that are in both, in the same order.
fn common(old: &[Line], new: &[Line]) -> Vec<Option<usize>> {
    let mut longest = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for one in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            longest[one][other] = if is_alike(&old[one], &new[other]) {
                longest[one + 1][other + 1] + 1
            } else {
                longest[one + 1][other].max(longest[one][other + 1])
            };
        }
    }
    let mut found = vec![None; new.len()];
    let (mut one, mut other) = (0, 0);
    while one < old.len() && other < new.len() {
        if is_alike(&old[one], &new[other]) {
            found[other] = Some(one);
            one += 1;
            other += 1;
        } else if longest[one + 1][other] >= longest[one][other + 1] {
            one += 1;
        } else {
            other += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::RoundId;

    use super::*;

    /// Arrival, welcome, round, break, round, closing.
    fn usual() -> Plan {
        let mut plan = Plan::default();
        for addition in Addition::USUAL {
            plan.add(addition, addition.as_str().to_owned());
        }
        plan
    }

    /// What the server says of it to somebody who has another one open: the lines have no names there.
    fn told(plan: &Plan, to: &Plan) -> Plan {
        let mut told = plan.clone();
        for (number, line) in (900..).zip(&mut told.lines) {
            line.id = LineId(number);
        }
        told.following(to)
    }

    fn shown(plan: &Plan) -> Vec<String> {
        let items = plan.items().into_iter();
        items
            .map(|item| format!("{} {}", item.time, item.title))
            .collect()
    }

    fn changed(before: &Plan, act: impl FnOnce(&mut Plan)) -> Change {
        let mut after = before.clone();
        act(&mut after);
        let before = before.clone();
        Change { before, after }
    }

    #[test]
    fn a_line_is_the_same_one_while_it_is_not_known_whether_a_change_arrived() {
        let plan = usual();
        let taken_out = changed(&plan, |plan| plan.remove(1));
        let theirs = changed(&plan, |plan| plan.rename(4, "Andre runde").unwrap()).after;
        let (none, both) = (Plan::default(), taken_out.after.clone());
        let ids = |plan: &Plan| plan.lines.iter().map(|line| line.id).collect::<Vec<_>>();
        assert_eq!(
            ids(&told(&theirs, &none).following_either(&taken_out)),
            ids(&plan)
        );
        assert_eq!(
            ids(&told(&both, &none).following_either(&taken_out)),
            ids(&taken_out.after)
        );
        let added = changed(&plan, |plan| plan.add(Addition::Break, "Kaffe".to_owned()));
        assert_eq!(
            ids(&told(&added.after, &none).following_either(&added)),
            ids(&added.after)
        );
        assert_eq!(ids(&told(&theirs, &none).following_either(&added)), ids(&plan));
    }

    #[test]
    fn a_line_is_the_same_one_whatever_others_change() {
        let plan = usual();
        let ids: Vec<LineId> = plan.lines.iter().map(|line| line.id).collect();
        let theirs = |act: fn(&mut Plan)| {
            let told = told(&changed(&plan, act).after, &plan);
            let place = |id: &LineId| told.place(*id);
            ids.iter().map(place).collect::<Vec<_>>()
        };
        let some = |places: [usize; 6]| places.map(Some).to_vec();
        assert_eq!(theirs(|_| ()), some([0, 1, 2, 3, 4, 5]));
        assert_eq!(
            theirs(|plan| plan.rename(3, "kaffe").unwrap()),
            some([0, 1, 2, 3, 4, 5])
        );
        assert_eq!(
            theirs(|plan| plan.rename(5, "slutt").unwrap()),
            some([0, 1, 2, 3, 4, 5])
        );
        assert_eq!(
            theirs(|plan| plan.begin(1, "18:20").unwrap()),
            some([0, 1, 2, 3, 4, 5])
        );
        assert_eq!(theirs(|plan| plan.sink(1)), some([0, 2, 1, 3, 4, 5]));
        assert_eq!(
            theirs(|plan| plan.add(Addition::Break, "mat".to_owned())),
            some([0, 1, 2, 3, 4, 6])
        );
        let removed = theirs(|plan| plan.remove(1));
        assert_eq!(removed, [Some(0), None, Some(1), Some(2), Some(3), Some(4)]);
    }

    #[test]
    fn of_two_that_are_called_the_same_the_one_that_was_removed_is_gone() {
        let mut plan = usual();
        plan.add(Addition::Break, "break".to_owned());
        let breaks: Vec<LineId> = plan
            .lines
            .iter()
            .filter(|line| line.title == "break")
            .map(|line| line.id)
            .collect();
        let told = told(&changed(&plan, |plan| plan.remove(3)).after, &plan);
        assert_eq!(told.place(breaks[0]), None);
        assert_eq!(told.place(breaks[1]), Some(4));
    }

    #[test]
    fn a_new_line_is_never_one_that_is_gone() {
        let plan = usual();
        let gone = plan.lines[3].id;
        let without = told(&changed(&plan, |plan| plan.remove(3)).after, &plan);
        let with = told(
            &changed(&without, |plan| plan.add(Addition::Break, "mat".to_owned())).after,
            &without,
        );
        assert_eq!(with.lines.len(), 6);
        assert_eq!(with.place(gone), None);
    }

    #[test]
    fn what_is_taken_back_leaves_what_another_changed() {
        let plan = usual();
        let mine = changed(&plan, |plan| plan.rename(1, "taler").unwrap());
        let theirs = changed(&mine.after, |plan| plan.rename(3, "kaffe").unwrap());
        let now = told(&theirs.after, &mine.after);
        let back = now.without(&mine).unwrap();
        assert_eq!(
            shown(&back),
            [
                "17:30 arrival",
                "18:00 welcome",
                "18:15 round",
                "18:35 kaffe",
                "18:45 round",
                "19:05 closing",
            ]
        );
        assert_eq!(
            back.lines.iter().map(|line| line.id).collect::<Vec<_>>(),
            ids(&plan)
        );
    }

    fn ids(plan: &Plan) -> Vec<LineId> {
        plan.lines.iter().map(|line| line.id).collect()
    }

    #[test]
    fn every_change_is_taken_back_whole_and_on_top_of_another() {
        let plan = usual();
        let acts: [fn(&mut Plan); 9] = [
            |plan| plan.begin(0, "18:00").unwrap(),
            |plan| plan.begin(2, "18:30").unwrap(),
            |plan| plan.lengthen(2, "35").unwrap(),
            |plan| plan.lengthen(1, "5").unwrap(),
            |plan| plan.rename(4, "siste").unwrap(),
            |plan| plan.sink(2),
            |plan| plan.sink(4),
            |plan| plan.remove(2),
            |plan| plan.add(Addition::Round, "en til".to_owned()),
        ];
        for (number, act) in acts.into_iter().enumerate() {
            let mine = changed(&plan, act);
            let whole = mine.after.without(&mine).unwrap();
            assert_eq!(whole.items(), plan.items(), "{number}");
            // Another has called the first line something else meanwhile.
            let theirs = changed(&mine.after, |plan| plan.rename(0, "kaffe").unwrap());
            let back = told(&theirs.after, &mine.after).without(&mine).unwrap();
            let wanted = changed(&plan, |plan| plan.rename(0, "kaffe").unwrap()).after;
            assert_eq!(back.items(), wanted.items(), "{number}");
        }
        let empty = Plan::default();
        let mine = changed(&empty, |empty| *empty = usual());
        assert_eq!(mine.after.without(&mine).unwrap().items(), []);
    }

    #[test]
    fn what_was_removed_comes_back_where_it_was_though_another_added() {
        let plan = usual();
        let mine = changed(&plan, |plan| plan.remove(3));
        let theirs = changed(&mine.after, |plan| plan.add(Addition::Break, "mat".to_owned()));
        let back = told(&theirs.after, &mine.after).without(&mine).unwrap();
        assert_eq!(
            shown(&back)[2..],
            [
                "18:15 round",
                "18:35 break",
                "18:45 round",
                "19:05 mat",
                "19:15 closing"
            ]
        );
    }

    #[test]
    fn what_was_changed_again_or_held_since_cannot_be_taken_back() {
        let plan = usual();
        let mine = changed(&plan, |plan| plan.rename(1, "taler").unwrap());
        let again = changed(&mine.after, |plan| plan.rename(1, "hilsen").unwrap());
        assert_eq!(told(&again.after, &mine.after).without(&mine), None);
        let gone = changed(&mine.after, |plan| plan.remove(1));
        assert_eq!(told(&gone.after, &mine.after).without(&mine), None);
        let mut held = mine.after.clone();
        held.lines[..3].iter_mut().for_each(|line| line.is_held = true);
        assert_eq!(held.without(&mine), None);
        let added = changed(&plan, |plan| plan.add(Addition::Round, "en til".to_owned()));
        let renamed = changed(&added.after, |plan| plan.rename(5, "finale").unwrap());
        assert_eq!(told(&renamed.after, &added.after).without(&added), None);
        // The number of a round that was removed is another round's by now.
        let removed = changed(&plan, |plan| plan.remove(4));
        let taken = changed(&removed.after, |plan| plan.add(Addition::Round, "ny".to_owned()));
        assert_eq!(taken.after.lines[4].kind, Kind::Round(RoundId(2)));
        assert_eq!(told(&taken.after, &removed.after).without(&removed), None);
    }
}
