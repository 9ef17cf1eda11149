namespace ChannelHost.Tests.ChannelFiles;

/// <summary>One mistake per file: where it is told, what was found, what is wanted.</summary>
[Trait("Row", "F67")]
public sealed class BadFileTests : IDisposable
{
    private const string Source = "source: { type: sample, listen: 127.0.0.1:1 }\n";
    private const string Destination = Source + "destinations:\n  - ";
    private const string SourceKeys =
        "one of type, dataType, acknowledge, batch, outbound, template, duplicates, listen, connections, offset, ratio, strict, idle, poll, largest, mode, password, passwordHash, tls, names, ports, script";

    private const string NameRule = "1 to 64 letters (a to z), digits, -, _ and .";
    private const string IdleRule = "a time with its unit (250ms, 30s, 5m, 1h, 30d), 10ms to 1h";
    private const string AcknowledgeRule = "one of on-receipt, after-transform, after-destinations, postprocess, none, destination: NAME, variable: KEY";

    private readonly Folders _folders = new();

    [Theory]
    [InlineData("", 1, 1, "an empty file", "at least `source:` with a `type:`")]
    [InlineData("# only a comment\n", 1, 1, "an empty file", "at least `source:` with a `type:`")]
    [InlineData("just text\n", 1, 1, "`just text`", "a block of keys, with `source:` among them")]
    [InlineData("- a\n", 1, 1, "a list", "a block of keys, with `source:` among them")]
    [InlineData(Source + "store:\n\tkeep: content\n", 3, 1, "a tab in the indent", "spaces: YAML takes no tabs for indenting")]
    [InlineData(Source + "store:\n  keep: content\n \tretention: 1d\n", 4, 2, "a tab in the indent", "spaces: YAML takes no tabs for indenting")]
    [InlineData("source: { type: sample, listen: ${env:A} }\n", 1, 34, "`${` inside { } or [ ] without quotes", "quotes around it: `\"${name}\"`")]
    [InlineData(Source + "store: { keep: content\nthreads: 2\n", 2, 8, "a { or [ that is not closed", "its } or ] before the next key")]
    [InlineData(Source + "description: \"abc\nthreads: 2\n", 2, 14, "a quote that is not closed", "the closing quote on the same line")]
    [InlineData(Source + "description: a: b\n", 2, 15, "a second `: `, or a line indented too far", "one `key: value` per line, keys of one block in one column; quotes around text with `: ` in it")]
    [InlineData(Source + "store:\n    keep: content\n  retention: 1d\n", 4, 3, "a line that is no `key: value`, or stands in no column of the keys above", "`key: value`, in the same column as its neighbours")]
    [InlineData(Source + "threads\nenabled: true\n", 2, 1, "a line that is no `key: value`, or stands in no column of the keys above", "`key: value`, in the same column as its neighbours")]
    [InlineData(Source + "description: @x\n", 2, 14, "`@` at the start of a value", "quotes around a text that begins with it")]
    [InlineData(Source + "description: *.hl7\n", 2, 14, "the alias `*.hl7`", "an anchor `&.hl7` before it, or quotes around a text that begins with `*`")]
    [InlineData(Source + "description: *\n", 2, 14, "`*` at the start of a value", "quotes around a text that begins with it")]
    [InlineData(Source + "description: `x`\n", 2, 14, "a backtick at the start of a value", "quotes around a text that begins with it")]
    [InlineData(Source + "destinations: &a [*a]\n", 2, 19, "the alias `*a`", "an alias that does not stand inside what it names")]
    [InlineData(Source + "---\n" + Source, 2, 1, "a second document", "one document per file: no `---` in it")]
    [InlineData(Source + "threads: !!int 3\n", 2, 10, "the tag `tag:yaml.org,2002:int`", "no tags: the setting decides what a value is")]
    [InlineData(Source + "description: !System.Diagnostics.Process x\n", 2, 14, "the tag `!System.Diagnostics.Process`", "no tags: the setting decides what a value is")]
    [InlineData(Source + "threads: 1\nthreads: 2\n", 3, 1, "`threads` a second time", "it once; the first is on line 2")]
    [InlineData(Source + "? [a]\n: b\n", 2, 3, "a list as a key", "a name as the key")]
    [InlineData(Source + ": b\n", 2, 3, "nothing as a key", "a name as the key")]
    [InlineData(Source + "description: a\0b\n", 2, 15, "the invisible character U+0000", "it removed")]
    [InlineData(Source + "description: a\u2028b\n", 2, 15, "the invisible character U+2028", "it removed")]
    [InlineData(Source + "description: a\u001b[31mb\n", 2, 15, "the invisible character U+001B", "it removed")]
    public void WhatIsNoYaml_IsToldByLine(string yaml, int line, int column, string found, string wanted) => Check(yaml, line, column, "", found, wanted);

    [Theory]
    [InlineData(Destination + "{ name: a, type: sink, url: x, ur: y }\n", 3, 36, "destinations[0].ur", "`ur`", "a known key; did you mean `url`?")]
    [InlineData(Source + "desination: []\n", 2, 1, "desination", "`desination`", "a known key; did you mean `destinations`?")]
    [InlineData("source: { type: sample, listen: 127.0.0.1:1, zzzzzz: 1 }\n", 1, 46, "source.zzzzzz", "`zzzzzz`", SourceKeys)]
    [InlineData("source: { type: sample, listen: 127.0.0.1:1, tls: { enabld: true } }\n", 1, 53, "source.tls.enabld", "`enabld`", "a known key; did you mean `enabled`?")]
    [InlineData(Source + "<<: { threads: 1 }\n", 2, 1, "<<", "`<<`", "the settings written out, or an alias for a whole block: `<<` is not supported")]
    [InlineData(Source + "schedule: x\n", 2, 1, "schedule", "`schedule`", "no such key: `schedule` is not supported yet")]
    [InlineData(Source + "store: { compress: true }\n", 2, 10, "store.compress", "`compress`", "no such key: `compress` is not supported yet")]
    [InlineData(Destination + "{ name: a, type: sink, url: x, queue: { lane: 8 } }\n", 3, 45, "destinations[0].queue.lane", "`lane`", "a known key; did you mean `lanes`?")]
    public void UnknownKey_IsToldWithTheNearest(string yaml, int line, int column, string field, string found, string wanted) =>
        Check(yaml, line, column, field, found, wanted);

    [Theory]
    [InlineData("connections: many", "connections", "`many`", "a whole number, 1 to 1000")]
    [InlineData("connections: 0", "connections", "`0`", "a whole number, 1 to 1000")]
    [InlineData("connections: 1001", "connections", "`1001`", "a whole number, 1 to 1000")]
    [InlineData("connections: 5000000000", "connections", "`5000000000`", "a whole number, 1 to 1000")]
    [InlineData("connections: 1.0", "connections", "`1.0`", "a whole number, 1 to 1000")]
    [InlineData("connections: [1]", "connections", "a list", "a whole number, 1 to 1000")]
    [InlineData("connections: { a: 1 }", "connections", "a block of keys", "a whole number, 1 to 1000")]
    [InlineData("connections: ", "connections", "nothing", "a whole number, 1 to 1000")]
    [InlineData("ratio: NaN", "ratio", "`NaN`", "a number, 0 to 1")]
    [InlineData("ratio: 1.01", "ratio", "`1.01`", "a number, 0 to 1")]
    [InlineData("strict: yes", "strict", "`yes`", "true or false")]
    [InlineData("idle: 30", "idle", "`30`", IdleRule)]
    [InlineData("idle: 2h", "idle", "`2h`", IdleRule)]
    [InlineData("idle: 1ms", "idle", "`1ms`", IdleRule)]
    [InlineData("idle: 99999999999999999d", "idle", "`99999999999999999d`", IdleRule)]
    [InlineData("idle: -5s", "idle", "`-5s`", IdleRule)]
    [InlineData("largest: 12XB", "largest", "`12XB`", "a size (512, 64KB, 50MB, 1GB), 1KB to 1GB")]
    [InlineData("largest: 9999999999GB", "largest", "`9999999999GB`", "a size (512, 64KB, 50MB, 1GB), 1KB to 1GB")]
    [InlineData("mode: very_safe", "mode", "`very_safe`", "one of fast, very-safe, http-only; did you mean `very-safe`?")]
    [InlineData("mode: 1", "mode", "`1`", "one of fast, very-safe, http-only")]
    [InlineData("tls: yes", "tls", "`yes`", "a block of enabled, certificate, depth; {} for all defaults")]
    [InlineData("tls: ", "tls", "nothing", "a block of enabled, certificate, depth; {} for all defaults")]
    [InlineData("names: abc", "names", "`abc`", "a list, each a text")]
    [InlineData("names: [a, [b]]", "names[1]", "a list", "a text")]
    [InlineData("ports: [80, x]", "ports[1]", "`x`", "a whole number, 1 to 65535")]
    [InlineData("ports: [80, 0]", "ports[1]", "`0`", "a whole number, 1 to 65535")]
    [InlineData("password: [hunter2]", "password", "a list", "a text")]
    [InlineData("password: short", "password", "a value that is not shown", "a reference: `${secret:NAME}`, set by `channelhost secret set NAME`, or `${env:NAME}`; no secret stands in a channel's files")]
    [InlineData("script: gone.js", "script", "`gone.js`: no such file", "a script file, relative to the channel's folder (a script written here begins with `|`)")]
    [InlineData("dataType: hl7", "dataType", "`hl7`", "one of hl7v2, raw; did you mean `hl7v2`?")]
    [InlineData("dataType: [raw]", "dataType", "a list", "one of hl7v2, raw")]
    [InlineData("acknowledge: allways", "acknowledge", "`allways`", AcknowledgeRule)]
    [InlineData("acknowledge: after-destination", "acknowledge", "`after-destination`", AcknowledgeRule + "; did you mean `after-destinations`?")]
    [InlineData("acknowledge: [x]", "acknowledge", "a list", AcknowledgeRule)]
    [InlineData("acknowledge: postprocess", "acknowledge", "`postprocess`", "a `postprocessor`, which gives the answer")]
    [InlineData("acknowledge: \"destination: ehr\"", "acknowledge", "the destination `ehr`, which does not exist", "a destination of this channel; it has none")]
    public void WrongValue_IsToldAtItsPlace(string setting, string field, string found, string wanted)
    {
        // The value stands after the key, or is the part of a list that the field names.
        var value = setting.IndexOf(": ", StringComparison.Ordinal) + 2;
        var column = field.EndsWith("[1]", StringComparison.Ordinal) ? setting.IndexOf(", ", StringComparison.Ordinal) + 2 : value;
        if (found == "nothing")
        {
            column = setting.Length - 1;
        }

        Check($"source:\n  type: sample\n  listen: 127.0.0.1:1\n  {setting}\n", 4, column + 3, $"source.{field}", found, wanted);
    }

    [Theory]
    [InlineData("description: x\n", 1, 1, "source", "nothing", "`source`: a block with a `type`")]
    [InlineData("source:\n", 1, 8, "source", "nothing", "`source`: a block with a `type`")]
    [InlineData("source: sample\n", 1, 9, "source", "`sample`", "a block with a `type`")]
    [InlineData("source: {}\n", 1, 9, "source.type", "nothing", "`type`: one of sample")]
    [InlineData("source: { type: smaple }\n", 1, 17, "source.type", "`smaple`", "one of sample; did you mean `sample`?")]
    [InlineData("source: { type: sink }\n", 1, 17, "source.type", "`sink`, which is no source", "one of sample")]
    [InlineData("source: { type: sample }\n", 1, 9, "source.listen", "nothing", "`listen`: a text, for example `127.0.0.1:6661`")]
    [InlineData("source: { type: sample, listen: \"\" }\n", 1, 33, "source.listen", "an empty text", "a text, for example `127.0.0.1:6661`")]
    [InlineData("source: { type: sample, listen: abc }\n", 1, 33, "source.listen", "`abc`", "an address and a port")]
    [InlineData("source: { type: sample, listen: a:1, tls: { enabled: true } }\n", 1, 43, "source.tls.certificate", "nothing", "a certificate, because tls is enabled")]
    [InlineData("source: { type: sample, listen: fail }\n", 1, 9, "source", "settings on which `sample` failed (InvalidOperationException)", "settings that it can use")]
    [InlineData("source: { type: sample, listen: a:1, dataType: { charset: x } }\n", 1, 48, "source.dataType.type", "nothing", "`type`: one of hl7v2, raw")]
    [InlineData("source: { type: sample, listen: a:1, dataType: { type: raw, strict: 1 } }\n", 1, 69, "source.dataType.strict", "`1`", "true or false")]
    [InlineData(Source + "threads: 0\n", 2, 10, "threads", "`0`", "a whole number, 1 to 64")]
    [InlineData(Source + "enabled: on\n", 2, 10, "enabled", "`on`", "true or false")]
    [InlineData(Source + "description: [x]\n", 2, 14, "description", "a list", "a text")]
    [InlineData(Source + "store: { keep: all }\n", 2, 16, "store.keep", "`all`", "one of content, metadata")]
    [InlineData(Source + "state: { globalChannelMap: forget }\n", 2, 28, "state.globalChannelMap", "`forget`", "one of reset, keep")]
    [InlineData(Source + "scripts: { callDepth: 5 }\n", 2, 23, "scripts.callDepth", "`5`", "a whole number, 16 to 500")]
    [InlineData(Source + "metadata: [a]\n", 2, 11, "metadata", "a list", "a block of names and paths: `mrn: PID-3.1`")]
    [InlineData(Source + "metadata: { \"a b\": PID-3 }\n", 2, 13, "metadata.a b", "the name `a b`", NameRule)]
    [InlineData(Source + "metadata: { mrn: [] }\n", 2, 18, "metadata.mrn", "a list", "a path into the message, for example `PID-3.1`")]
    public void ChannelsOwnSettings_AreChecked(string yaml, int line, int column, string field, string found, string wanted) =>
        Check(yaml, line, column, field, found, wanted);

    [Theory]
    [InlineData(Source + "destinations: x\n", 2, 15, "destinations", "`x`", "a list: `- name: ...` for each destination")]
    [InlineData(Destination + "x\n", 3, 5, "destinations[0]", "`x`", "a block with `name` and `type`")]
    [InlineData(Destination + "{ type: sink, url: x }\n", 3, 5, "destinations[0].name", "nothing", "`name`: " + NameRule)]
    [InlineData(Destination + "{ name: a, type: fhir, url: x, auth: {} }\n", 3, 22, "destinations[0].type", "`fhir`", "one of sample, sink")]
    [InlineData(Destination + "{ name: a, type: sink }\n", 3, 5, "destinations[0].url", "nothing", "`url`: a text")]
    [InlineData(Destination + "{ name: a b, type: sink, url: x }\n", 3, 13, "destinations[0].name", "`a b`", NameRule)]
    [InlineData(Destination + "{ name: .., type: sink, url: x }\n", 3, 13, "destinations[0].name", "`..`", NameRule)]
    [InlineData(Destination + "{ name: source, type: sink, url: x }\n", 3, 13, "destinations[0].name", "`source`", "another name: `source` stands for the channel's source")]
    [InlineData(Destination + "{ name: a, type: sink, url: x }\n  - { name: a, type: sink, url: x }\n", 4, 13, "destinations[1].name", "`a` a second time", "a name of its own; the first is on line 3")]
    [InlineData(Destination + "{ name: a, type: sink, url: x, queue: { mode: allways } }\n", 3, 51, "destinations[0].queue.mode", "`allways`", "one of never, on-failure, always; did you mean `always`?")]
    [InlineData(Destination + "{ name: a, type: sink, url: x, queue: { retry: { attempts: 0 } } }\n", 3, 64, "destinations[0].queue.retry.attempts", "`0`", "1 or more, or `mode: always` or `on-failure`: without a queue the sender would wait for ever")]
    [InlineData(Destination + "{ name: a, type: sink, url: x, queue: { retry: { delay: 5m, maximum: 1m } } }\n", 3, 74, "destinations[0].queue.retry.maximum", "`1m`", "at least the delay, 5m")]
    [InlineData(Destination + "{ name: a, type: sink, url: \"${mrn}\" }\n", 3, 33, "destinations[0].url", "`${mrn}`", "a fixed text: this setting is the same for every message (`$${` stands for a plain `${`)")]
    [InlineData(Destination + "{ name: a, type: sample, folder: x, file: \"${mrn\" }\n", 3, 47, "destinations[0].file", "`${mrn`", "a template: the ${ at character 1 has no closing }")]
    [InlineData(Destination + "{ name: a, type: sample, folder: x, headers: [{ value: 1 }] }\n", 3, 51, "destinations[0].headers[0].name", "nothing", "`name`: a text")]
    [InlineData("source: { type: sample, listen: a:1, acknowledge: { destination: b } }\ndestinations: [{ name: a, type: sink, url: x, enabled: false }, { name: c, type: sink, url: x }]\n", 1, 51, "source.acknowledge", "the destination `b`, which does not exist", "one of a, c")]
    [InlineData("source: { type: sample, listen: a:1, acknowledge: { destination: a } }\ndestinations: [{ name: a, type: sink, url: x, enabled: false }]\n", 1, 51, "source.acknowledge", "the destination `a`, which is not enabled", "a destination that is")]
    public void Destinations_AreChecked(string yaml, int line, int column, string field, string found, string wanted) =>
        Check(yaml, line, column, field, found, wanted);

    [Fact]
    public void ManyMistakes_AreToldAtOnceInOrder()
    {
        _folders.Write("clinic/registration/unused.js", "");
        var reading = _folders.ReadOne(
            """
            source:
              type: sample
              connections: many
            thread: 2
            destinations:
              - name: a b
                type: snk
              - name: c
                type: sink
                url: x
                queue: { mode: sometimes }
            """);

        Assert.Null(reading.Definition);
        Assert.Equal(
            [
                (2, 3, "source.listen"), (3, 16, "source.connections"), (4, 1, "thread"), (6, 11, "destinations[0].name"),
                (7, 11, "destinations[0].type"), (11, 20, "destinations[1].queue.mode"), (0, 0, ""),
            ],
            reading.Problems.Select(problem => (problem.Line, problem.Column, problem.Field)));
    }

    [Fact]
    public void FileOfMistakes_GivesAnEndingList()
    {
        var reading = _folders.ReadOne(Source + string.Concat(Enumerable.Range(0, 5000).Select(number => $"zzzzzzzz{number}: 1\n")));

        Assert.Equal(201, reading.Problems.Count);
        Assert.Equal("4800 more problems", reading.Problems[^1].Found);
    }

    public void Dispose() => _folders.Dispose();

    private void Check(string yaml, int line, int column, string field, string found, string wanted)
    {
        var problem = Folders.Only(_folders.ReadOne(yaml));

        Assert.Equal(new ChannelProblem("clinic/registration/channel.yaml", line, column, field, found, wanted), problem);
    }
}
