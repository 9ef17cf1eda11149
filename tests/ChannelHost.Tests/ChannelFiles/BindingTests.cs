namespace ChannelHost.Tests.ChannelFiles;

public sealed class BindingTests : IDisposable
{
    private readonly Folders _folders = new();

    [Fact]
    public void ShortestChannel_HasTheDefaults()
    {
        var channel = Folders.Good(_folders.ReadOne(Folders.Minimal));

        Assert.Equal("clinic/registration", channel.Name);
        Assert.True(channel.Enabled);
        Assert.Equal("raw", channel.Source.DataType.DataType.Name);
        Assert.Equal(new AcknowledgeChoice(AcknowledgeWhen.AfterDestinations, null), channel.Source.Acknowledge);
        Assert.Empty(channel.Destinations);
        Assert.Equal(1, channel.Threads);
        Assert.Equal(new StoreSettings(), channel.Store);
        Assert.Equal(new StateSettings(), channel.State);
        Assert.Equal(new ScriptLimits(), channel.ScriptLimits);
        Assert.Matches("^[0-9a-f]{12}$", channel.Version);
    }

    [Fact]
    public void EveryKindOfSetting_IsBound()
    {
        _folders.Environment["PASSWORD"] = "hunter2";
        _folders.Write("clinic/registration/read.js", "return []");
        var channel = Folders.Good(_folders.ReadOne(
            """
            source:
              type: sample
              listen: 127.0.0.1:6661
              connections: 25
              offset: 9000000000
              ratio: 0.25
              strict: false
              idle: 250ms
              poll: 1h
              largest: 64KB
              mode: http-only
              password: ${env:PASSWORD}
              tls: { enabled: true, certificate: certs/server.pem }
              names: [1.10, no, "x"]
              ports:
                - 80
                - 443
              script: read.js
            """));

        var options = Assert.IsType<SampleSourceOptions>(channel.Source.Options);
        Assert.Equal("127.0.0.1:6661", options.Listen);
        Assert.Equal(25, options.Connections);
        Assert.Equal(9_000_000_000, options.Offset);
        Assert.Equal(0.25, options.Ratio);
        Assert.False(options.Strict);
        Assert.Equal(TimeSpan.FromMilliseconds(250), options.Idle);
        Assert.Equal(TimeSpan.FromHours(1), options.Poll);
        Assert.Equal(new ByteSize(64 * 1024), options.Largest);
        Assert.Equal(SampleMode.HTTPOnly, options.Mode);
        Assert.Equal("hunter2", options.Password);
        Assert.Equal(new SampleTls { Enabled = true, Certificate = _folders.PathOf("clinic/registration/certs/server.pem"), Depth = 5 }, options.Tls);
        Assert.Equal(["1.10", "no", "x"], options.Names);
        Assert.Equal([80, 443], options.Ports);
        Assert.Equal(new ScriptFile("clinic/registration/read.js", "return []"), options.Script);
    }

    [Fact]
    public void WholeChannel_IsRead()
    {
        foreach (var script in new[] { "pre.js", "filter.js", "transform.js", "post.js", "to-ehr.js", "from-ehr.js", "ehr-filter.js" })
        {
            _folders.Write($"clinic/registration/{script}", $"// {script}");
        }

        _folders.Write("lib/dates.js", "function today() {}");
        var channel = Folders.Good(_folders.ReadOne(
            """
            description: Registrations become patients, for ${anybody}
            enabled: false
            source:
              type: sample
              listen: 127.0.0.1:6661
              dataType: { type: hl7v2, charset: latin1, strict: true }
              acknowledge: { destination: ehr }
            preprocessor: pre.js
            filter: filter.js
            transform: transform.js
            postprocessor: post.js
            destinations:
              - name: ehr
                type: sink
                url: http://127.0.0.1:8080
                dataType: raw
                filter: ehr-filter.js
                transform: to-ehr.js
                response: from-ehr.js
                queue: { mode: always, retry: { attempts: 20, delay: 1s, maximum: 5m } }
              - name: copy
                type: sample
                enabled: false
                folder: out
                file: "${controlId}.hl7"
                headers:
                  - { name: X, value: "${mrn}" }
            metadata: { mrn: PID-3.1, event: MSH-9.2 }
            store: { keep: metadata, retention: 30d }
            state: { globalChannelMap: keep }
            scripts: { time: 10s, memory: 64MB, callDepth: 100 }
            threads: 4
            """));

        Assert.Equal("Registrations become patients, for ${anybody}", channel.Description);
        Assert.False(channel.Enabled);
        Assert.Equal(new SampleDataTypeOptions { Charset = "latin1", Strict = true }, channel.Source.DataType.Options);
        Assert.Equal(new AcknowledgeChoice(AcknowledgeWhen.Destination, "ehr"), channel.Source.Acknowledge);
        Assert.Equal("// pre.js", channel.Preprocessor!.Text);
        Assert.Equal("// filter.js", channel.Filter!.Text);
        Assert.Equal("// transform.js", channel.Transformer!.Text);
        Assert.Equal("// post.js", channel.Postprocessor!.Text);
        var (ehr, copy) = (channel.Destinations[0], channel.Destinations[1]);
        Assert.Equal(new SinkOptions { Url = "http://127.0.0.1:8080" }, ehr.Options);
        Assert.Equal("raw", ehr.DataType.DataType.Name);
        Assert.Equal("// ehr-filter.js", ehr.Filter!.Text);
        Assert.Equal("// to-ehr.js", ehr.Transformer!.Text);
        Assert.Equal("// from-ehr.js", ehr.ResponseTransformer!.Text);
        Assert.Equal(
            new QueueSettings { Mode = QueueMode.Always, Attempts = 20, Delay = TimeSpan.FromSeconds(1), MaximumDelay = TimeSpan.FromMinutes(5) },
            ehr.Queue);
        Assert.False(copy.Enabled);
        Assert.Same(channel.Source.DataType, copy.DataType);
        var options = Assert.IsType<SampleDestinationOptions>(copy.Options);
        Assert.Equal(_folders.PathOf("clinic/registration/out"), options.Folder);
        Assert.Equal("${controlId}.hl7", options.File.Source);
        Assert.Equal("${mrn}", Assert.Single(options.Headers).Value.Source);
        Assert.Equal("PID-3.1", channel.Metadata["mrn"]);
        Assert.Equal(new StoreSettings { Keep = StoreKeep.Metadata, Retention = TimeSpan.FromDays(30) }, channel.Store);
        Assert.True(channel.State.KeepGlobalChannelMap);
        Assert.Equal(new ScriptLimits { Time = TimeSpan.FromSeconds(10), Memory = ByteSize.Megabytes(64), CallDepth = 100 }, channel.ScriptLimits);
        Assert.Equal(4, channel.Threads);
        Assert.Equal("lib/dates.js", Assert.Single(channel.Library).Name);
    }

    [Theory]
    [InlineData("on-receipt", AcknowledgeWhen.OnReceipt)]
    [InlineData("after-transform", AcknowledgeWhen.AfterTransform)]
    [InlineData("after-destinations", AcknowledgeWhen.AfterDestinations)]
    [InlineData("none", AcknowledgeWhen.None)]
    public void Acknowledge_TakesItsWords(string word, AcknowledgeWhen when)
    {
        var channel = Folders.Good(_folders.ReadOne($"source: {{ type: sample, listen: 127.0.0.1:1, acknowledge: {word} }}\n"));

        Assert.Equal(new AcknowledgeChoice(when, null), channel.Source.Acknowledge);
    }

    [Fact]
    public void Duplicates_TakeTheirWords()
    {
        var channel = Folders.Good(_folders.ReadOne("source: { type: sample, listen: 127.0.0.1:1, duplicates: { action: drop, by: control-id, window: 12h } }\n"));
        var plain = Folders.Good(_folders.ReadOne("source: { type: sample, listen: 127.0.0.1:1 }\n"));

        Assert.Equal(new DuplicateSettings { Action = DuplicateAction.Drop, By = DuplicateKey.ControlId, Window = TimeSpan.FromHours(12) }, channel.Source.Duplicates);
        Assert.Equal(new DuplicateSettings(), plain.Source.Duplicates);
        Assert.Equal(DuplicateAction.Pass, plain.Source.Duplicates.Action);
    }

    [Fact]
    public void AcknowledgeByDestination_MayBeOneText()
    {
        var channel = Folders.Good(_folders.ReadOne(
            """
            source: { type: sample, listen: 127.0.0.1:1, acknowledge: "destination: ehr" }
            destinations: [{ name: ehr, type: sink, url: x }]
            """));

        Assert.Equal(new AcknowledgeChoice(AcknowledgeWhen.Destination, "ehr"), channel.Source.Acknowledge);
    }

    [Fact]
    public void EqualSettings_CompareEqual()
    {
        const string Yaml = "source: { type: sample, listen: 127.0.0.1:1, names: [x, y] }\ndestinations: [{ name: a, type: sample, folder: out, file: \"${x}\" }]\n";
        var one = Folders.Good(_folders.ReadOne(Yaml));
        var other = Folders.Good(_folders.ReadOne(Yaml));
        var different = Folders.Good(_folders.ReadOne(Yaml.Replace("[x, y]", "[x, z]", StringComparison.Ordinal)));

        var (first, second) = ((SampleSourceOptions)one.Source.Options, (SampleSourceOptions)other.Source.Options);
        Assert.Equal(first.Names, second.Names);
        Assert.True(first.Names.Equals(second.Names));
        Assert.Equal(first.Names.GetHashCode(), second.Names.GetHashCode());
        Assert.False(first.Names.Equals(((SampleSourceOptions)different.Source.Options).Names));
    }

    [Fact]
    public void InlineScript_KeepsTheLinesOfItsFile()
    {
        var channel = Folders.Good(_folders.ReadOne("source: { type: sample, listen: 127.0.0.1:1 }\nfilter: |\n  // second\n  return true\n"));

        Assert.Equal("clinic/registration/channel.yaml#filter", channel.Filter!.Name);
        Assert.Equal("// second", channel.Filter.Text.Split('\n')[2]);
        Assert.Equal("return true", channel.Filter.Text.Split('\n')[3]);
    }

    [Fact]
    public void StoreKeys_SayWhatIsKeptHowLong()
    {
        var store = Folders.Good(_folders.ReadOne(
            """
            source: { type: sample, listen: 127.0.0.1:1 }
            store:
              retention: { default: 30d, error: 90d, dead-letter: 365d }
              content: 7d
              maximum: 1000000
              archive: true
              search: text
            """)).Store;

        Assert.Equal((TimeSpan.FromDays(30), TimeSpan.FromDays(7), 1_000_000L, true, true), (store.Retention, store.ContentRetention, store.MaximumMessages, store.Archive, store.SearchText));
        Assert.Equal(2, store.RetentionByStatus.Count);
        Assert.Equal((TimeSpan.FromDays(90), TimeSpan.FromDays(365)), (store.RetentionByStatus[MessageStatus.Error], store.RetentionByStatus[MessageStatus.DeadLetter]));
    }

    [Theory]
    [InlineData("retention: soon", "a time with its unit")]
    [InlineData("retention: { deadLetter: 1d }", "dead-letter")]
    [InlineData("retention: { default: 1 }", "a time with its unit")]
    [InlineData("retention: [1d]", "or a block of default")]
    [InlineData("search: everything", "one of none, text")]
    [InlineData("maximum: 0", "1 to 1000000000000")]
    public void StoreKeysThatMakeNoSense_AreTold(string key, string wanted)
    {
        var problems = _folders.ReadOne($"source: {{ type: sample, listen: 127.0.0.1:1 }}\nstore: {{ {key} }}\n").Problems;

        Assert.Contains(wanted, Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_StandForWhatTheyName()
    {
        var channel = Folders.Good(_folders.ReadOne(
            """
            source: { type: sample, listen: 127.0.0.1:1 }
            destinations:
              - { name: a, type: sink, url: x, queue: &queue { mode: on-failure } }
              - { name: b, type: sink, url: y, queue: *queue }
            """));

        Assert.Equal(QueueMode.OnFailure, channel.Destinations[1].Queue.Mode);
    }

    public void Dispose() => _folders.Dispose();
}
