// nbgitpuller links: making one of its parts, and taking one apart. Nothing here knows a page.
//
// What nbgitpuller does with a link is in its nbgitpuller/handlers.py and static/js/index.js, here
// as of version 1.3: https://github.com/jupyterhub/nbgitpuller
(() => {
  // What a student's server shows a notebook in, and anything else, by the first part of the
  // address there. Below nbclassic/tree a notebook is opened in Jupyter Notebook 7 (nbclassic 1.0).
  const INTERFACES = {
    lab: { title: "JupyterLab", notebook: "lab/tree", other: "lab/tree" },
    notebook: { title: "Jupyter Notebook", notebook: "notebooks", other: "tree" },
    classic: {
      title: "the classic notebook (nbclassic)",
      notebook: "nbclassic/notebooks",
      other: "nbclassic/tree",
    },
    retro: { title: "RetroLab", notebook: "retro/notebooks", other: "retro/tree" },
  };
  // The same and others, as links have them; the first that fits counts.
  const PREFIXES = [
    [/^lab\/(?:workspaces\/[^/]+\/)?tree(?:\/|$)/, "lab", "JupyterLab"],
    [/^doc\/tree(?:\/|$)/, null, "JupyterLab, as a single document"],
    [/^(?:tree|notebooks|edit)(?:\/|$)/, "notebook", "Jupyter Notebook"],
    [/^nbclassic\/(?:tree|notebooks|edit)(?:\/|$)/, "classic", INTERFACES.classic.title],
    [/^retro\/(?:tree|notebooks|edit)(?:\/|$)/, "retro", "RetroLab"],
  ];
  // Where nobody can work together.
  const ALONE = {
    notebook:
      "On a hub with Jupyter Notebook 7 people can work together in it; on one with the classic " +
      "notebook (up to 6) they can’t.",
    classic: "In the classic notebook people can’t work together.",
  };
  const EXAMPLES = {
    hub: "https://hub.example.edu",
    repository: "https://github.com/example/course",
    file: "lessons/lesson.ipynb",
  };
  const KNOWN = ["repo", "branch", "urlpath", "subpath", "app", "targetpath", "depth", "backup"];
  // The same with capitals, as some links write them.
  const SPELLINGS = { urlPath: "urlpath", subPath: "subpath", targetPath: "targetpath" };

  // Pages of files, by host and path, which people copy from their browser in place of the
  // repository's address; that has `site` in front, or GitHub.
  const AT = String.raw`(?:refs/(?:heads|tags)/)?(?<branch>[^/]+)/?(?<file>.*)`;
  const PAGES = [
    String.raw`(?:www\.)?github\.com/(?<name>[^/]+/[^/]+)/(?:blob|tree|raw|edit|blame)/${AT}`,
    String.raw`(?:www\.)?github\.com/(?<name>[^/]+/[^/]+)/.+`,
    String.raw`raw\.githubusercontent\.com/(?<name>[^/]+/[^/]+)/${AT}`,
    String.raw`nbviewer\.(?:jupyter\.)?org/github/(?<name>[^/]+/[^/]+)/(?:blob|tree)/${AT}`,
    String.raw`colab\.research\.google\.com/github/(?<name>[^/]+/[^/]+)/blob/${AT}`,
    String.raw`[^/]+/(?:.+/)?v2/gh/(?<name>[^/]+/[^/]+)(?:/(?:HEAD|(?<branch>.+)))?`, // Binder
    String.raw`(?<site>bitbucket\.org)/(?<name>[^/]+/[^/]+)/(?:src|raw)/${AT}`,
    String.raw`(?<site>bitbucket\.org)/(?<name>[^/]+/[^/]+)/.+`,
    // Gitea and Forgejo, GitLab, and GitHub on a server of one's own.
    String.raw`(?<site>[^/]+)/(?<name>[^/]+/[^/]+)/(?:src|raw|media)/branch/${AT}`,
    String.raw`(?<site>[^/]+)/(?<name>[^/]+/[^/]+)/(?:src|raw|media)/(?:commit|tag)/.+`,
    String.raw`(?<site>[^/]+)/(?<name>[^/]+/.+?)/-/(?:blob|tree|raw|edit|blame)/${AT}`,
    String.raw`(?<site>[^/]+)/(?<name>[^/]+/.+?)/-/.+`,
    String.raw`(?<site>[^/]+)/(?<name>[^/]+/.+?)/(?:blob|tree)/${AT}`,
  ].map((page) => new RegExp(`^${page}$`));
  // The parameters in which addresses that mail programs put around a link have that link.
  const MAILED = ["url", "q"];
  // Who shows files, but has no repositories.
  const SHOWS = [
    "raw.githubusercontent.com",
    "gist.githubusercontent.com",
    "nbviewer.org",
    "nbviewer.jupyter.org",
    "mybinder.org",
    "colab.research.google.com",
  ];

  // What is wrong with a field, said to whoever filled it in.
  class Wrong extends Error {}

  // Make a link of what the form's fields say.
  // Returns `link`, `folder` (where the files come to) and `notes`; else `problems`, by field.
  function makeLink({ hub, repository, branch = "", file = "", opensIn = "lab" }) {
    const problems = {};
    const read = (field, reader, text) => {
      try {
        return reader(text.trim());
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        problems[field] = error.message;
        return null;
      }
    };
    const base = read("hub", readHub, hub);
    const from = read("repository", readRepository, repository);
    const named = read("branch", readBranch, branch);
    const path = read("file", readFile, file);
    if (Object.keys(problems).length) return { problems };

    const query = new URLSearchParams({ repo: from.address });
    if (named) query.set("branch", named);
    // nbgitpuller keeps the `.git` in the folder's name; git itself doesn't, nor would students
    // look for it: https://github.com/jupyterhub/nbgitpuller/issues/205
    if (from.folder !== from.name) query.set("targetpath", from.folder);
    // The browser goes to this address as it stands, so names in it are encoded once for that, and
    // all of it once more as a part of the link.
    const opened = [from.folder, ...path].map(encodeURIComponent).join("/");
    const { notebook, other } = INTERFACES[opensIn];
    query.set("urlpath", `${/\.ipynb$/i.test(opened) ? notebook : other}/${opened}`);
    const notes = [];
    if (/%[0-9a-f]{2}/i.test(file))
      notes.push(`The “%” is taken for a part of the name. Did you mean “${decode(file)}”?`);
    if (ALONE[opensIn]) notes.push(ALONE[opensIn]);
    // Seen with RetroLab 0.3.19 by tests/nightly/test_nbgitpuller_links.py.
    if (opensIn === "retro" && opened.includes("%23"))
      notes.push("RetroLab doesn’t find a file with “#” in its name.");
    return {
      link: `${base}hub/user-redirect/git-pull?${query}`,
      folder: from.folder,
      notes,
    };
  }

  function readHub(text) {
    const url = readAddress(text, EXAMPLES.hub);
    const parts = url.pathname.split("/").filter(Boolean);
    // What is copied from a browser goes on: …/hub/home, …/user/ada/lab
    const end = parts.findIndex((part) => ["hub", "user", "user-redirect"].includes(part));
    const base = end < 0 ? parts : parts.slice(0, end);
    return [url.origin, ...base, ""].join("/");
  }

  function readRepository(text) {
    const keyless = withoutKey(text);
    if (keyless) throw new Wrong(sayKeyless(keyless));
    const url = readAddress(text, EXAMPLES.repository);
    const owner = readOwner(url);
    if (owner)
      throw new Wrong(`This is whose repositories they are. Add the name of one: ${owner}/course`);
    const page = readPageOfRepository(url);
    if (page) throw new Wrong(sayPage(page));
    if (url.search || url.hash)
      throw new Wrong(`Leave out the end, from “${text.match(/[?#]/)[0]}” on.`);
    const address = text.replace(/\/+$/, "");
    // As nbgitpuller reads it; of https://example.org/ alone it would be the host's name.
    const name = url.pathname === "/" ? "" : address.split("/").at(-1);
    const folder = name.replace(/\.git$/, "");
    if (!folder || [".", ".."].includes(folder))
      throw new Wrong(`The repository’s name is missing: ${EXAMPLES.repository} has “course”.`);
    if (/\.ipynb$/i.test(name) || SHOWS.includes(url.hostname))
      throw new Wrong(
        "This is a file, or a page that shows one. Write the address of the repository it is in.",
      );
    return { address, name, folder };
  }

  const isGitHub = (url) => /^(?:www\.)?github\.com$/.test(url.hostname);

  // Return the address of those whose repositories a page of GitHub lists, or nothing.
  function readOwner(url) {
    const [first, second] = url.pathname.split("/").filter(Boolean);
    const owner = second && ["orgs", "users"].includes(first) ? second : !second && first;
    return owner && isGitHub(url) ? `${url.origin}/${owner}` : "";
  }

  // Return the address that students can read without a key, of one that needs a key; else nothing.
  function withoutKey(text) {
    // Only where the protocol is named may a port follow; else it is a name made of digits.
    const [, host, path] =
      /^ssh:\/\/(?:[\w.-]+@)?([\w.-]+)(?::\d+(?=\/))?[:/]+(.+)$/i.exec(text) ??
      /^[\w.-]+@([\w.-]+)[:/]+(.+)$/.exec(text) ??
      [];
    return host ? `https://${host}/${path}` : "";
  }

  const sayKeyless = (address) =>
    `Students would need a key for this repository’s address. Try ${address}`;

  function readPageOfRepository(url) {
    const address = `${url.host}${url.pathname.replace(/\/+$/, "")}`;
    const page = PAGES.map((form) => form.exec(address)).find(Boolean)?.groups;
    if (!page) return null;
    const site = page.site ? `${url.protocol}//${page.site}` : "https://github.com";
    const branch = decode(page.branch ?? "");
    const isCommit = /^[0-9a-f]{40}$/.test(branch);
    return {
      repository: `${site}/${page.name}`,
      branch: isCommit ? "" : branch,
      file: decode(page.file ?? ""),
    };
  }

  function sayPage({ repository, branch, file }) {
    const others = [branch && `, ${branch} as the branch`, file && ` and ${file} as the file`];
    const written =
      `This isn’t the repository’s own address. Write ${repository} here${others.join("")}.`;
    // Beside a branch called main there is none called main/…
    const sure = !file || ["", "main", "master"].includes(branch);
    return sure ? written : `${written} That is so if the branch has no “/” in its name.`;
  }

  function readBranch(text) {
    // https://git-scm.com/docs/git-check-ref-format
    const refused = /[\s~^:?*[\\\x00-\x1f\x7f]|\.\.|@\{|\/\/|^[-/.]|\/\.|[/.]$|\.lock(?:\/|$)/.exec(text);
    if (refused) throw new Wrong(`No branch has “${refused[0]}” there in its name.`);
    return text;
  }

  function readFile(text) {
    if (/^[a-z]+:\/\//i.test(text))
      throw new Wrong(`Write where it is in the repository, such as ${EXAMPLES.file}, no address.`);
    if (text.includes("\\"))
      throw new Wrong(`Write / between folders: ${text.replaceAll("\\", "/")}`);
    const parts = text.split("/").filter((part) => part && part !== ".");
    if (parts.includes("..")) throw new Wrong("The file has to be in the repository: no “..”.");
    return parts;
  }

  function readAddress(text, example) {
    if (!text) throw new Wrong(`Write an address, such as ${example}`);
    if (/\s/.test(text)) throw new Wrong("An address has no spaces.");
    if (!/^https?:\/\//i.test(text)) {
      const rest = text.replace(/^(?:https?:)?\/*/i, "");
      const question = /^[^/?#:@]+(?::\d+)?(?:[/?#]|$)/.test(rest) ? `. Is it https://${rest}?` : "";
      throw new Wrong(`The address has to begin with https://${question}`);
    }
    const url = parseAddress(text);
    if (!url) throw new Wrong(`This is no address. One looks like ${example}`);
    if (url.username || url.password)
      throw new Wrong("Leave out what is before the @: whoever has the link could read it.");
    return url;
  }

  function parseAddress(text, base) {
    try {
      return new URL(text, base);
    } catch {
      return null;
    }
  }

  // Take a link apart.
  // Returns `hub`, `repository`, `branch`, `folder`, `opens` (an address on the student's server),
  // `opensIn` (an interface of the form, or null), `file` (null where the folder isn't what is
  // opened); to be shown, `parts` (each `name`, `value`, `says`), `summary` and `cautions`; and
  // `beyondForm`, what of it a link that is made of these can't do, empty where there is nothing.
  // Or returns a `problem`, where it is no such link.
  function readLink(text) {
    try {
      return explain(findPull(readLinkAddress(text.trim())));
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      return { problem: error.message };
    }
  }

  function readLinkAddress(text) {
    if (!text) throw new Wrong("Paste a link.");
    const url = parseWebAddress(text);
    if (!url) throw new Wrong("This is no link: one begins with https://");
    return url;
  }

  function parseWebAddress(text, base) {
    const url = parseAddress(text, base);
    return url && /^https?:$/.test(url.protocol) ? url : null;
  }

  // Find the link to nbgitpuller in an address: itself, or what a log-in, a course system, a
  // Binder or a mail program goes on to.
  function findPull(url) {
    const parts = url.pathname.split("/").filter(Boolean);
    const name = parts.pop();
    // A mail program may have written its own address in front, and more behind.
    const isWhole = !/https?:\//.test(url.pathname);
    if (["git-pull", "git-sync", "interact"].includes(name) && isWhole) {
      return { url, name, ...readWay(url, parts), given: readGiven(url), around: [] };
    }
    for (const key of ["next", "custom_next", "urlpath", "urlPath", ...MAILED]) {
      const next = url.searchParams.get(key);
      if (next && /(?:git-pull|git-sync|interact)(?:\?|%(?:25)*3F)/i.test(next)) {
        const address = parseWebAddress(next, `${url.origin}/`);
        if (!address) throw new Wrong(`What follows “${key}=” in this link is no address.`);
        const inner = findPull(address);
        const way = isBinder(url) ? "binder" : inner.way;
        return { ...inner, way, around: [{ url, key }, ...inner.around] };
      }
    }
    if (isGitHub(url) || /\.git$/.test(url.pathname))
      throw new Wrong(
        "This is the address of a repository. A link for students has “git-pull” in it.",
      );
    throw new Wrong(
      /git-(?:2d)?pull/i.test(url.href)
        ? "“git-pull” isn’t at its place in this link. Perhaps a mail program has changed it: " +
          "copy it from where it was written."
        : "This is no nbgitpuller link: it has no “git-pull” in it.",
    );
  }

  const isBinder = (url) =>
    /(?:^|\.)mybinder\.org$/.test(url.hostname) || /\/v2\/[a-z]+\//.test(url.pathname);

  // Whose server a link leads to: each one's own, one person's, or that of this address.
  function readWay(url, parts) {
    const at = parts.findIndex((part) => part === "user-redirect" || part === "user");
    if (at < 0) return { hub: [url.origin, ...parts, ""].join("/"), way: "server" };
    const before = parts.slice(0, parts[at - 1] === "hub" ? at - 1 : at);
    const ofPerson = parts[at] === "user";
    return {
      hub: [url.origin, ...before, ""].join("/"),
      way: ofPerson ? "person" : "everybody",
      person: ofPerson ? decode(parts[at + 1] ?? "") : "",
      // Who may have several servers has names for the others.
      server: parts.slice(ofPerson ? at + 2 : at + 1).map(decode).join("/"),
    };
  }

  // Of parameters that come twice the last one counts, and empty ones don't: so read JupyterHub
  // and Tornado.
  function readGiven(url) {
    const given = {};
    for (const [name, value] of url.searchParams) {
      const clean = value.replace(/[\x00-\x08\x0e-\x1f]/g, " ").trim();
      if (clean) given[name] = clean;
    }
    return given;
  }

  function explain({ url, name, hub, way, person, server, given, around }) {
    const pulled = readPulled(name, given);
    const place = readPlace(pulled);
    const parts = [
      ...around.map(aroundPart),
      hubPart(hub, way),
      wayPart(way, person, server),
      namePart(name),
      ...Object.entries(given).map(([key, value]) => ({
        name: key,
        value,
        says: sayParameter(key, value, pulled, place, name),
      })),
    ];
    const what = place.file || `the folder ${pulled.folder}`;
    const summary = pulled.backup
      ? "Opens nothing but the student’s server."
      : place.title
        ? `Opens ${place.file === null ? place.path || "the list of files" : what} in ${place.title}.`
        : `Opens “${pulled.opens}” on the student’s server.`;
    return {
      hub,
      repository: pulled.repository,
      branch: pulled.branch,
      folder: pulled.folder,
      opens: pulled.opens,
      opensIn: place.opensIn,
      file: place.file,
      parts,
      summary,
      cautions: cautionsOf({ url, name, way, person, given, pulled, place }),
      beyondForm: findBeyondForm({ url, name, hub, way, server, given, around, pulled, place }),
    };
  }

  // What nbgitpuller takes from the parameters, as its handlers do.
  function readPulled(name, given) {
    const old = name === "interact";
    if (!given.repo) throw new Wrong("The link has no repo=…: nothing says what to fetch.");
    const repository = old
      ? `https://github.com/${given.account ?? "data-8"}/${given.repo}`
      : given.repo;
    const branch = given.branch ?? (old ? "gh-pages" : null);
    const urlpath = old ? undefined : (given.urlpath ?? given.urlPath);
    const subpath = old ? (given.path ?? ".") : (given.subpath ?? given.subPath ?? ".");
    const folder =
      (old ? undefined : (given.targetpath ?? given.targetPath)) ??
      repository.replace(/\/+$/, "").split("/").at(-1);
    const app = old ? "notebook" : (given.app ?? "notebook");
    const backup = !old && "backup" in given;
    return { repository, branch, folder, backup, opens: opened(), urlpath };

    function opened() {
      if (backup) return "";
      if (urlpath !== undefined) return urlpath;
      const path = join(folder, subpath);
      if (app.toLowerCase() === "lab") return `lab/tree/${path}`;
      return (path.toLowerCase().endsWith(".ipynb") ? "notebooks/" : "tree/") + path;
    }
  }

  // As os.path.join does where servers run.
  const join = (...parts) =>
    parts.reduce((before, part) => {
      if (part.startsWith("/") || !before) return part;
      return before.endsWith("/") ? before + part : `${before}/${part}`;
    });

  // What of the student's server is opened, and in what.
  function readPlace({ opens, folder, backup }) {
    const [address] = opens.replace(/^\/+/, "").split(/[?#]/);
    const [prefix, opensIn, title] = PREFIXES.find(([form]) => form.test(address)) ?? [];
    if (!title || backup) return { opensIn: null, title: null, path: "", file: null };
    const path = tidy(decode(address.replace(prefix, "")));
    const root = tidy(folder);
    const file = path === root ? "" : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : null;
    return { opensIn, title, path, file };
  }

  const tidy = (path) => path.split("/").filter((part) => part && part !== ".").join("/");

  // Say what a link does that one of the form, made of the same, wouldn't. What `cautionsOf` would
  // have mended is none of that, nor what the form calls wrong once it has it.
  function findBeyondForm({ url, name, hub, way, server, given, around, pulled, place }) {
    if (way === "binder" || isBinder(url)) return "it leads to a Binder";
    if (way === "server") return "it leads to one server, not through a hub";
    if (server) return `it leads to a named server, “${server}”`;
    const before = around.find((address) => !leadsOnOnly(address));
    if (before) return `it goes by way of ${before.url.pathname}`;
    const kept = name === "interact" ? null : ["depth", "backup"].find((key) => key in given);
    if (kept) return `it has ${kept}=${given[kept]}`;

    const { link } = makeLink({
      hub,
      repository: pulled.repository,
      branch: pulled.branch ?? "",
      file: place.file ?? "",
      opensIn: place.opensIn ?? "lab",
    });
    if (!link) return "";
    const made = readPulled("git-pull", readGiven(new URL(link)));
    if (tidy(made.folder) !== tidy(pulled.folder))
      return `its files come into the folder “${pulled.folder}”, not “${made.folder}”`;
    if (plainly(made.opens) !== plainly(pulled.opens)) return `it opens “${pulled.opens}”`;
    return "";
  }

  // Whether an address around a link changes nothing: each hub asks who somebody is anyway.
  const leadsOnOnly = ({ url, key }) =>
    MAILED.includes(key) || /\/hub\/(?:oauth_)?login$/.test(url.pathname);

  // The address of what is opened, the same for all that servers take for the same.
  const plainly = (opens) =>
    tidy(decode(opens.replace(/\?autodecode$/, ""))).replace(/^tree(?=\/.*\.ipynb$)/i, "notebooks");

  function aroundPart({ url, key }) {
    return {
      name: "Around it",
      value: `${MAILED.includes(key) ? url.host : ""}${url.pathname}?${key}=…`,
      says: MAILED.includes(key)
        ? "A mail program has put its own address around the link, and sends people on to it."
        : "Another address goes first, and on to the link after the log-in or the start.",
    };
  }

  function hubPart(hub, way) {
    if (way === "server") return { name: "The server", value: hub, says: "Where the files come to." };
    if (way === "binder")
      return { name: "The Binder", value: hub, says: "Where a server is started for each student." };
    return { name: "The hub", value: hub, says: "Where your students log in." };
  }

  function wayPart(way, person, server) {
    const called = server ? `, the one called “${server}”` : "";
    const end = server ? `${server}/` : "";
    const ways = {
      everybody: [`/hub/user-redirect/${end}`, `Takes each student to their own server${called}.`],
      person: [`/user/${person}/${end}`, `Takes everybody to the server of “${person}”${called}.`],
      binder: ["(no hub)", "Leads to a new server each time, which keeps nothing."],
      server: ["(no hub)", "Leads to one server, not through a hub."],
    };
    const [value, says] = ways[way];
    return { name: "Whose server", value, says };
  }

  function namePart(name) {
    const says = {
      "git-pull": "Has nbgitpuller fetch the files, and what was added to them since.",
      "git-sync": "An old name of git-pull. It is sent on to that.",
      interact: "The oldest form, for repositories on GitHub. It is sent on to git-pull.",
    };
    return { name: "What to do", value: name, says: says[name] };
  }

  function sayParameter(key, value, pulled, place, name) {
    const known = name === "interact" ? ["repo", "account", "branch", "path"] : KNOWN;
    const plain = SPELLINGS[key] ?? key;
    if (!known.includes(plain)) return "nbgitpuller takes no notice of this.";
    const ignored = pulled.urlpath !== undefined && ["subpath", "app"].includes(plain);
    if (ignored) return "An old form, which has no effect beside urlpath.";
    const where = place.title ? `Then ${place.title} opens “${place.path}”.` : "Is opened then.";
    const says = {
      repo: `The files come from ${pulled.repository} …`,
      account: "Whose repository on GitHub it is.",
      branch: `… and there from the branch “${value}”.`,
      targetpath: `They come into this folder; else it would be called as the repository is.`,
      urlpath: pulled.backup ? "Has no effect beside backup." : where,
      subpath: `An old form: what to open in the folder. ${where}`,
      path: `What to open in the folder. ${where}`,
      app:
        value.toLowerCase() === "lab"
          ? "An old form: opens it in JupyterLab."
          : "An old form: anything but “lab” opens it in Jupyter Notebook.",
      depth: `Fetches only so many of the last versions (${value}).`,
      backup: "Puts the student’s copy aside and fetches a new one, each time.",
    };
    return says[plain];
  }

  function cautionsOf({ url, name, way, person, given, pulled, place }) {
    const cautions = [];
    const say = (condition, caution) => condition && cautions.push(caution);
    say(
      way === "person",
      `Everybody is sent to the server of “${person}”, where others are not let in. ` +
        "Write hub/user-redirect in place of user and the name.",
    );
    say(
      "token" in given,
      "A token is in this link: whoever has it can do what its owner can. Take it out.",
    );
    const keyless = withoutKey(pulled.repository);
    say(keyless, sayKeyless(keyless));
    say(
      !keyless && /^[a-z]+:\/\/[^/]*@/i.test(pulled.repository),
      "The repository’s address has a user name or a password in it, which everybody can read.",
    );
    say(
      !pulled.branch,
      "Without a branch it is the repository’s main one; nbgitpuller before 0.10 took “master”.",
    );
    say(
      place.title && place.file === null && place.path,
      `The files come into the folder “${pulled.folder}”, but “${place.path}” is opened.`,
    );
    say(
      url.hash,
      `“${url.hash}” and what follows it doesn’t reach the hub. In a name, # is %2523.`,
    );
    say(
      pulled.opens.includes("#"),
      "What follows the # in what is opened doesn’t count as part of the name: there it is %23.",
    );
    say("backup" in given && name !== "interact", "Any backup=… counts, also backup=false.");
    say(
      ["subpath", "subPath", "app"].some((key) => key in given) || name !== "git-pull",
      "This is an old form, which a later nbgitpuller may not know.",
    );
    say(ALONE[place.opensIn], ALONE[place.opensIn]);
    return cautions;
  }

  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a lone %
    }
  }

  globalThis.nbgitpullerLinks = { makeLink, readLink };
})();
