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
    const byKey = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)[:/]+(.+)$/.exec(text);
    if (byKey)
      throw new Wrong(
        `Students would need a key for this address. Try https://${byKey[1]}/${byKey[2]}`,
      );
    const url = readAddress(text, EXAMPLES.repository);
    const page = readPageOfRepository(url);
    if (page) {
      const others = [
        page.branch && `, ${page.branch} as the branch`,
        page.file && ` and ${page.file} as the file`,
      ];
      throw new Wrong(
        `This is a page inside the repository. Write ${page.repository} here${others.join("")}.`,
      );
    }
    if (url.search || url.hash)
      throw new Wrong(`Leave out the end, from “${text.match(/[?#]/)[0]}” on.`);
    const address = text.replace(/\/+$/, "");
    // As nbgitpuller reads it; of https://example.org/ alone it would be the host's name.
    const name = url.pathname === "/" ? "" : address.split("/").at(-1);
    const folder = name.replace(/\.git$/, "");
    if (!folder || [".", ".."].includes(folder))
      throw new Wrong(`The repository’s name is missing: ${EXAMPLES.repository} has “course”.`);
    if (isGitHub(url) && url.pathname.split("/").filter(Boolean).length < 2)
      throw new Wrong(`This is whose repositories they are. Add the name of one: ${address}/course`);
    return { address, name, folder };
  }

  const isGitHub = (url) => /^(?:www\.)?github\.com$/.test(url.hostname);

  // GitHub's and GitLab's own pages, which people copy from their browser in place of the address.
  function readPageOfRepository(url) {
    const parts = url.pathname.split("/").filter(Boolean);
    const end = isGitHub(url) ? 2 : parts.indexOf("-");
    if (end < 1 || parts.length <= end) return null;
    const [kind, branch, ...file] = parts.slice(isGitHub(url) ? end : end + 1);
    const holdsFiles = ["blob", "tree", "raw", "edit", "blame"].includes(kind);
    return {
      repository: [url.origin, ...parts.slice(0, end)].join("/"),
      branch: holdsFiles && branch ? decode(branch) : "",
      file: holdsFiles ? decode(file.join("/")) : "",
    };
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
    if (!/^https?:\/\//i.test(text))
      throw new Wrong(
        /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
          ? "The address has to begin with https://"
          : `The address has to begin with https://. Is it https://${text.replace(/^\/+/, "")}?`,
      );
    let url;
    try {
      url = new URL(text);
    } catch {
      throw new Wrong(`This is no address. One looks like ${example}`);
    }
    if (url.username || url.password)
      throw new Wrong("Leave out what is before the @: whoever has the link could read it.");
    return url;
  }

  // Take a link apart.
  // Returns `hub`, `repository`, `branch`, `folder`, `opens` (an address on the student's server),
  // `opensIn` (an interface of the form, or null), `file` (null where the folder isn't what is
  // opened); to be shown, `parts` (each `name`, `value`, `says`), `summary` and `cautions`.
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
    try {
      const url = new URL(text);
      if (/^https?:$/.test(url.protocol)) return url;
    } catch {
      // Said below.
    }
    throw new Wrong("This is no link: one begins with https://");
  }

  // Find the link to nbgitpuller in an address: itself, or what a log-in, a course system or a
  // Binder goes on to.
  function findPull(url) {
    const parts = url.pathname.split("/").filter(Boolean);
    const name = parts.pop();
    if (["git-pull", "git-sync", "interact"].includes(name)) {
      return { url, name, ...readWay(url, parts), given: readGiven(url) };
    }
    for (const key of ["next", "custom_next", "urlpath", "urlPath"]) {
      const next = url.searchParams.get(key);
      if (next && /(?:git-pull|git-sync|interact)\?/.test(next)) {
        const inner = findPull(new URL(next, `${url.origin}/`));
        return { ...inner, around: { name: url.pathname, value: key } };
      }
    }
    throw new Wrong(
      isGitHub(url) || /\.git$/.test(url.pathname)
        ? "This is the address of a repository. A link for students has “git-pull” in it."
        : "This is no nbgitpuller link: it has no “git-pull” in it.",
    );
  }

  // Whose server a link leads to: each one's own, one person's, or that of this address.
  function readWay(url, parts) {
    const at = parts.findIndex((part) => part === "user-redirect" || part === "user");
    if (at < 0) return { hub: [url.origin, ...parts, ""].join("/"), way: "server" };
    const before = parts.slice(0, parts[at - 1] === "hub" ? at - 1 : at);
    return {
      hub: [url.origin, ...before, ""].join("/"),
      way: parts[at] === "user" ? "person" : "everybody",
      person: parts[at] === "user" ? decode(parts[at + 1] ?? "") : "",
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

  function explain({ url, name, hub, way, person, given, around }) {
    const pulled = readPulled(name, given);
    const place = readPlace(pulled);
    const parts = [
      ...(around ? [aroundPart(around)] : []),
      { name: "The hub", value: hub, says: "Where your students log in." },
      wayPart(way, person),
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

  function aroundPart({ name, value }) {
    return {
      name: "Around it",
      value: `${name}?${value}=…`,
      says: "Another address goes first, and on to the link after the log-in or the start.",
    };
  }

  function wayPart(way, person) {
    const ways = {
      everybody: ["/hub/user-redirect/", "Takes each student to their own server."],
      person: [`/user/${person}/`, `Takes everybody to the server of “${person}”.`],
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
    say(
      /^[a-z]+:\/\/[^/]*@/i.test(pulled.repository),
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
