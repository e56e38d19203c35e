// SPDX-License-Identifier: GPL-2.0
/*
 * luopol against brute force: random pairs of policies are compared, and every random
 * request that the two decide differently has to be one of the differences that were
 * told; so do limits, and what both deny and one logs. Each allow of the one is put to
 * the other as a question: random requests of it are allowed or denied only if it was
 * said that some are. The canonical form of a policy is the same policy, and its own
 * canonical form.
 *
 * One pair in four is of tenants alone, with so few letters that all short requests are
 * tried in place of random ones: what they miss, no short request shows.
 *
 * usage: luopol-property PAIRS [SEED]
 */

#include "brute.h"
#include "analysis/compare.h"
#include "analysis/compare_limits.h"
#include "analysis/compare_quiet.h"
#include "analysis/same_program.h"
#include "base/policy_file.h"
#include "common/memory.h"
#include "random.h"
#include "render/format.h"

#define REQUESTS	400	/* for each pair */
#define TOLD_MAX	65536

/* The differences in one direction. */
struct told {
	struct difference requests[TOLD_MAX];
	u32 request_count;
	struct limit_difference limits[TOLD_MAX];
	u32 limit_count;
	bool quiet[RULES_MAX + 2][LUO_OP_COUNT];	/* by line */
	u32 gave_up;
	const struct luo_program *allowing;
	const struct luo_program *denying;
	bool wrong;
};

/* What policy a decides of an allow of policy b, at an operation. */
struct said {
	bool asked;
	bool allowed;
	bool denied;
};

static struct told ways[2];
static struct said answers[RULES_MAX][LUO_OP_COUNT];
static long gave_up;

/* ---- Results of the analysis ---- */

static void take_request(void *data, const struct difference *d)
{
	struct luo_verdict allowed, denied;
	struct told *told = data;

	told->gave_up += d->gave_up;
	if (told->request_count == TOLD_MAX)
		abort();
	told->requests[told->request_count++] = *d;
	if (d->gave_up)
		return;
	brute_decide(told->allowing, &d->request, &allowed);
	brute_decide(told->denying, &d->request, &denied);
	told->wrong |= !allowed.allow || denied.allow ||
		       allowed.line != d->allow || denied.line != d->deny;
}

static void take_limit(void *data, const struct limit_difference *d)
{
	struct told *told = data;

	told->gave_up += d->gave_up;
	if (told->limit_count == TOLD_MAX)
		abort();
	told->limits[told->limit_count++] = *d;
}

static void take_quiet(void *data, const struct quiet_difference *d)
{
	struct luo_verdict quiet, logged;
	struct told *told = data;

	told->gave_up += d->gave_up;
	told->quiet[d->quiet][d->op] = true;
	if (d->gave_up)
		return;
	brute_decide(told->allowing, &d->request, &quiet);
	brute_decide(told->denying, &d->request, &logged);
	told->wrong |= !quiet.quiet || logged.allow || logged.quiet ||
		       logged.line != d->logged;
}

static bool was_told(const struct told *told, u32 op, u32 allow, u32 deny)
{
	u32 i;

	for (i = 0; i < told->request_count; i++) {
		if (told->requests[i].op == op &&
		    told->requests[i].allow == allow &&
		    told->requests[i].deny == deny)
			return true;
	}
	return false;
}

static bool limit_was_told(const struct told *told, enum luo_limit_kind kind,
			   u32 line)
{
	u32 i;

	for (i = 0; i < told->limit_count; i++) {
		if (told->limits[i].kind == kind &&
		    told->limits[i].line == line)
			return true;
	}
	return false;
}

/* ---- Against brute force ---- */

static bool check_request(const struct told *told, const struct luo_request *r)
{
	struct luo_verdict allowed, denied;

	brute_decide(told->allowing, r, &allowed);
	brute_decide(told->denying, r, &denied);
	if (!allowed.allow || denied.allow ||
	    was_told(told, r->op, allowed.line, denied.line))
		return true;
	printf("# lines %u and %u of %s are not told\n", allowed.line,
	       denied.line, luo_op_names[r->op]);
	return false;
}

static bool check_quiet(const struct told *told, const struct luo_request *r)
{
	struct luo_verdict quiet, logged;

	brute_decide(told->allowing, r, &quiet);
	brute_decide(told->denying, r, &logged);
	if (!quiet.quiet || logged.allow || logged.quiet ||
	    told->quiet[quiet.line][r->op])
		return true;
	printf("# that line %u of %s is quiet is not told\n", quiet.line,
	       luo_op_names[r->op]);
	return false;
}

static bool check_limit(const struct told *told, enum luo_limit_kind kind,
			const struct luo_request *r)
{
	struct brute_session session = { r->session, r->uid, r->owner_known };
	struct luo_limit loose, tight;

	loose = brute_tightest(told->allowing, kind, &session);
	tight = brute_tightest(told->denying, kind, &session);
	if (loose.most <= tight.most ||
	    limit_was_told(told, kind, tight.line))
		return true;
	printf("# limit %s of line %u is not told\n", luo_limit_names[kind],
	       tight.line);
	return false;
}

/* For every allow of policy b that matches, the answer of policy a is consistent. */
static bool check_answers(const struct luo_request *r)
{
	const struct luo_program *a = ways[0].allowing, *b = ways[0].denying;
	struct luo_verdict verdict;
	const struct said *said;
	u32 i;

	brute_decide(a, r, &verdict);
	for (i = 0; i < b->statement_count; i++) {
		said = &answers[i][r->op];
		if (!said->asked ||
		    !brute_statement(b, b->statements + i, r) ||
		    (verdict.allow ? said->allowed : said->denied))
			continue;
		printf("# line %u at %s: it was not said that any is %s\n",
		       b->statements[i].line, luo_op_names[r->op],
		       verdict.allow ? "allowed" : "denied");
		return false;
	}
	return true;
}

static bool check_requests(const struct taste *taste)
{
	struct random_request r;
	bool good = true;
	int i, way;

	for (i = 0; good && i < REQUESTS; i++) {
		random_request(&r, taste);
		if (is_asked(&r.request))
			good = check_answers(&r.request);
		for (way = 0; way < 2; way++) {
			if (is_asked(&r.request))
				good &= check_request(&ways[way], &r.request) &&
					check_quiet(&ways[way], &r.request);
			if (*r.session)
				good &= check_limit(&ways[way], LUO_LIMIT_FILES,
						    &r.request) &&
					check_limit(&ways[way], LUO_LIMIT_BYTES,
						    &r.request);
		}
	}
	return good;
}

/* ---- All short requests ---- */

#define SHORT_NAMES	512

/* All names of @letters, up to @most bytes behind @head, that the kernel can have. */
static u32 short_names(char (*names)[8], const char *head, u32 most)
{
	static const char letters[] = "ab/";
	u32 count = 0, number, digits, left;
	char *at;

	for (number = 1; count < SHORT_NAMES - 1; number++) {
		/* The letters of a number to the base of 4, of which 0 is none */
		for (left = number, digits = 0; left && left % 4; left /= 4)
			digits++;
		if (digits > most || number >= 1U << (2 * most))
			break;
		if (left)
			continue;
		at = stpcpy(names[count], head);
		for (left = number; left; left /= 4)
			*at++ = letters[left % 4 - 1];
		*at = '\0';
		count += !*head || luo_path_is_normal(LUO_KEY_CGROUP, names[count], false);
	}
	return count;
}

static bool check_short(const struct luo_request *r)
{
	return check_answers(r) && check_request(&ways[0], r) && check_request(&ways[1], r) &&
	       check_quiet(&ways[0], r) && check_quiet(&ways[1], r);
}

/*
 * Creates, by all short sessions, cgroups and, if @three, contexts, or longer sessions and
 * cgroups; the last of each is unknown.
 */
static bool check_all_short(bool three)
{
	u32 most = three ? 3 : 4;
	static char sessions[SHORT_NAMES][8], cgroups[SHORT_NAMES][8], subjs[SHORT_NAMES][8];
	u32 session_count = short_names(sessions, "", most);
	u32 cgroup_count = short_names(cgroups, "/", most);
	u32 subj_count = three ? short_names(subjs, "", 2) : 0, i, j, k;
	struct luo_request r = { .op = LUO_OP_CREATE, .init_userns = true };
	bool good = true;

	for (i = 0; good && i < session_count; i++) {
		for (j = 0; good && j <= cgroup_count; j++) {
			for (k = 0; good && k <= subj_count; k++) {
				r.session = sessions[i];
				r.cgroup = j < cgroup_count ? cgroups[j] : NULL;
				r.subj = k < subj_count ? subjs[k] : NULL;
				good = check_short(&r);
			}
		}
	}
	return good;
}

static void short_policy(struct text *text, bool three)
{
	const struct taste taste = { .letters = 2, .most = 1 + one_in(3) };
	u32 count = 1 + random_below(6), keys, key, i;
	static const enum luo_key used[] = {
		LUO_KEY_SESSION, LUO_KEY_CGROUP, LUO_KEY_SUBJ,
	};
	char name[16];
	bool deny;

	text->length = 0;
	put(text, "policy name=t version=1\n");
	while (count--) {
		deny = one_in(3);
		put(text, "%s create", deny ? "deny" : "allow");
		do {
			keys = random_below(three ? 8 : 4);
		} while (!(keys & (keys - 1)) && (keys || !one_in(2)));
		for (i = 0; i < (three ? 3 : 2); i++) {
			key = used[i];
			random_name(name, key == LUO_KEY_CGROUP ? "/" : "", 2, 3);
			if (keys & BIT(i))
				put_tenant(text, &taste, key);
			else if (one_in(keys ? 3 : 1) && name[key == LUO_KEY_CGROUP])
				put(text, " %s=%s%s", luo_key_names[key], name,
				    one_in(2) ? "*" : "");
		}
		put(text, "%s\n", deny && one_in(2) ? " quiet" : "");
	}
	put(text, "end\n");
}

/* ---- Pairs ---- */

static bool load(struct source *source, const char *name,
		 const struct text *text)
{
	source_set(source, name, xstrndup(text->at, text->length),
		   text->length);
	return !source_parse(source);
}

static bool check_fmt(const struct source *source)
{
	struct source once = {}, twice = {};
	bool good;

	good = !format_source(source, &once) &&
	       same_program(&source->program, &once.program) &&
	       !format_source(&once, &twice) && once.size == twice.size &&
	       !memcmp(once.text, twice.text, once.size);
	if (!good)
		printf("# fmt: once and twice differ\n");
	source_destroy(&once);
	source_destroy(&twice);
	return good;
}

/* The witness is one of the requests in the query. */
static bool was_asked(const struct view *view, struct arena *arena, u32 op,
		      const struct luo_statement *statement,
		      const struct request_box *found)
{
	struct witness witness;

	view_witness(view, arena, op, found, &witness);
	return brute_statement(ways[0].denying, statement, &witness.request);
}

static void ask(const struct view *view, struct arena *arena, u32 first,
		u32 number, u32 op)
{
	const struct luo_statement *statement =
		ways[0].denying->statements + number;
	struct said *said = &answers[number][op];
	const struct request_space *space = view->space;
	struct request_box in, found;
	u32 i;

	for (i = 0; i < space->box_count[first + number]; i++) {
		request_box_at(arena, space, op, &space->boxes[first + number][i], &in);
		if (!request_space_feasible(space, op, &in))
			continue;
		if (view_allowed(view, arena, op, &in, &found) == FOUND_ONE) {
			said->allowed = true;
			ways[0].wrong |= !was_asked(view, arena, op, statement,
						    &found);
		}
		if (view_denied(view, arena, op, &in, &found) == FOUND_ONE) {
			said->denied = true;
			ways[0].wrong |= !was_asked(view, arena, op, statement,
						    &found);
		}
	}
	said->asked = true;
}

static void ask_all(const struct view *view, u32 first, bool every)
{
	const struct luo_program *b = ways[0].denying;
	struct arena arena = {};
	u32 i, op;

	memset(answers, 0, sizeof(answers));
	for (i = 0; i < b->statement_count; i++) {
		if (b->statements[i].verb != LUO_VERB_ALLOW || (!every && !one_in(4)))
			continue;
		for (op = 0; op < LUO_OP_COUNT; op++) {
			if (b->statements[i].ops & BIT(op))
				ask(view, &arena, first, i, op);
		}
	}
	arena_destroy(&arena);
}

static void compare_ways(const struct source *sources, bool every)
{
	const struct luo_program *programs[] = {
		&sources[0].program, &sources[1].program,
	};
	struct arena arena = {};
	struct view views[2];
	struct request_space space;
	int way;

	request_space_build(&space, programs, 2);
	view_build(&views[0], &space, 0, &sources[0]);
	view_build(&views[1], &space, 1, &sources[1]);
	for (way = 0; way < 2; way++) {
		struct told *told = &ways[way];

		told->request_count = 0;
		told->limit_count = 0;
		memset(told->quiet, 0, sizeof(told->quiet));
		told->gave_up = 0;
		told->allowing = programs[way];
		told->denying = programs[!way];
		compare_requests(&arena, &views[way], &views[!way],
				 take_request, told);
		compare_limits(&arena, &views[!way], &views[way], take_limit,
			       told);
		compare_quiet(&arena, &views[way], &views[!way], take_quiet, told);
		gave_up += told->gave_up;
	}
	ask_all(&views[0], space.first[1], every);
	arena_destroy(&arena);
	view_destroy(&views[0]);
	view_destroy(&views[1]);
	request_space_destroy(&space);
}

/* The lines of @from, some removed, and some of @other inserted. */
static void change(struct text *to, const struct text *from,
		   const struct text *other)
{
	const char *at = strchr(from->at, '\n') + 1, *next;
	const char *new = strchr(other->at, '\n') + 1;

	to->length = 0;
	put(to, "policy name=t version=2\n");
	for (; strcmp(at, "end\n"); at = next) {
		next = strchr(at, '\n') + 1;
		if (!one_in(5))
			put(to, "%.*s", (int)(next - at), at);
		if (!one_in(5) || !strcmp(new, "end\n"))
			continue;
		next = strchr(new, '\n') + 1;
		put(to, "%.*s", (int)(next - new), new);
		new = next;
		next = strchr(at, '\n') + 1;
	}
	put(to, "end\n");
}

static bool check_pair(struct text *a, struct text *b, struct text *c)
{
	struct taste taste = random_taste();
	struct source sources[2];
	bool good, all = one_in(4), three = one_in(2);

	if (all) {
		short_policy(a, three);
		short_policy(b, three);
	} else {
		random_policy(a, &taste);
		random_policy(c, &taste);
		if (one_in(3))
			random_policy(b, &taste);
		else
			change(b, a, c);
	}
	good = load(&sources[0], "a", a) && load(&sources[1], "b", b);
	if (!good)
		return false;
	compare_ways(sources, all);
	good = !ways[0].wrong && !ways[1].wrong &&
	       (all ? check_all_short(three) : check_requests(&taste)) &&
	       check_fmt(&sources[0]);
	if (!good)
		printf("# one:\n%s# other:\n%s", a->at, b->at);
	source_destroy(&sources[0]);
	source_destroy(&sources[1]);
	return good;
}

int main(int argc, char **argv)
{
	struct text *texts = calloc(3, sizeof(*texts));
	long pairs = argc > 1 ? atol(argv[1]) : 1000;
	long done, told = 0;
	bool good = true;

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 0x1dea5;
	state = state * 2 + 1;
	for (done = 0; good && done < pairs; done++) {
		good = check_pair(&texts[0], &texts[1], &texts[2]);
		told += ways[0].request_count + ways[1].request_count;
	}
	printf("%sok 1 - %ld pairs of policies, %ld differences, %ld times given up\n1..1\n",
	       good ? "" : "not ", done, told, gave_up);
	free(texts);
	return !good;
}
