namespace ChannelHost.Tests.ChannelFiles;

[Trait("Row", "F69")]
public sealed class EnvironmentTests : IDisposable
{
    private readonly Folders _folders = new();

    [Fact]
    public void Variables_AreFilledIn()
    {
        _folders.Environment["HOST"] = "127.0.0.1";
        _folders.Environment["COUNT"] = "12";
        var channel = Folders.Good(_folders.ReadOne("source: { type: sample, listen: \"${env:HOST}:6661\", connections: \"${ env:COUNT }\", names: [\"$${env:HOST}\"] }\n"));

        var options = (SampleSourceOptions)channel.Source.Options;
        Assert.Equal("127.0.0.1:6661", options.Listen);
        Assert.Equal(12, options.Connections);
        Assert.Equal(["${env:HOST}"], options.Names);
    }

    [Theory]
    [InlineData("plain", "plain-${mrn}")]
    [InlineData("${mrn}", "$${mrn}-${mrn}")]
    [InlineData("$${mrn}", "$$${mrn}-${mrn}")]
    [InlineData("a$", "a$-${mrn}")]
    public void WhatAVariableBrings_IsNoTemplate(string value, string source)
    {
        _folders.Environment["PREFIX"] = value;
        var channel = Folders.Good(_folders.ReadOne(
            "source: { type: sample, listen: 127.0.0.1:1 }\ndestinations: [{ name: a, type: sample, folder: x, file: \"${env:PREFIX}-${mrn}\" }]\n"));

        var template = ((SampleDestinationOptions)channel.Destinations[0].Options).File;
        Assert.Equal(source, template.Source);
        Assert.Equal(["mrn"], template.Names);
        Assert.True(template.TryFill(new Mrn(), out var filled));
        Assert.Equal(value + "-42", filled);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("${mrn}")]
    [InlineData("$mrn#end")]
    [InlineData("a]]#$mrn")]
    [InlineData("a\\\\")]
    public void WhatAVariableBrings_IsNoVelocityEither(string value)
    {
        _folders.Environment["PREFIX"] = value;
        var channel = Folders.Good(_folders.ReadOne(
            "compatibility: mirth\nsource: { type: sample, listen: 127.0.0.1:1 }\ndestinations: [{ name: a, type: sample, folder: x, file: \"${env:PREFIX}~$mrn~#if($mrn)y#end~${nope}\" }]\n"));

        var template = ((SampleDestinationOptions)channel.Destinations[0].Options).File;
        Assert.True(template.TryFill(new Mrn(), out var filled));
        Assert.Equal(value + "~42~y~${nope}", filled);
        Assert.True(template.Written.TryFill(new Mrn(), out var written));
        Assert.Equal("${env:PREFIX}~42~y~${nope}", written);
    }

    [Fact]
    public void VariableBeforeABrace_DoesNotOpenATemplate()
    {
        _folders.Environment["PREFIX"] = "a$";
        var channel = Folders.Good(_folders.ReadOne(
            "source: { type: sample, listen: 127.0.0.1:1 }\ndestinations: [{ name: a, type: sample, folder: x, file: \"${env:PREFIX}{mrn}\" }]\n"));

        Assert.Empty(((SampleDestinationOptions)channel.Destinations[0].Options).File.Names);
    }

    [Theory]
    [InlineData("${env:MISSING}", "the environment variable `MISSING`, which is not set", "`MISSING` in the environment of the host")]
    [InlineData("${env:A-B}", "`${env:A-B}`", "the name of an environment variable: letters, digits and _")]
    [InlineData("${env:}", "`${env:}`", "the name of an environment variable: letters, digits and _")]
    [InlineData("${secret:ehr}", "`${secret:ehr}`", "a secret only in settings that are never shown, such as a password: this one is seen in the log and the API")]
    [InlineData("${secret:../key}", "`${secret:../key}`", "the name of a secret: 1 to 64 letters (a to z), digits, -, _ and ., beginning with a letter or digit")]
    [InlineData("${config:ehr.url}", "the configuration value `ehr.url`, which does not exist", "`ehr.url` in config/base.yaml")]
    [InlineData("${config:ehr..url}", "`${config:ehr..url}`", "the key of a configuration value: 1 to 64 letters (a to z), digits, -, _ and .")]
    public void WhatCannotBeFilledIn_IsNamed(string text, string found, string wanted)
    {
        var problem = Folders.Only(_folders.ReadOne($"source:\n  type: sample\n  listen: {text}\n"));

        Assert.Equal(new ChannelProblem("clinic/registration/channel.yaml", 3, 11, "source.listen", found, wanted), problem);
    }

    [Fact]
    public void ValuesOfVariables_AreNeverShown()
    {
        const string Secret = "hunter2-zebra";
        _folders.Environment["SECRET"] = Secret;
        _folders.Write("a/channel.yaml", "source: { type: sample, listen: \"1:${env:SECRET}\" }\n");
        var reading = _folders.ReadOne(
            """
            enabled: ${env:SECRET}
            threads: ${env:SECRET}
            source:
              type: sample
              listen: 1:${env:SECRET}
              acknowledge: ${env:SECRET}
              dataType: ${env:SECRET}
            filter: ${env:SECRET}.js
            destinations:
              - { name: "${env:SECRET} ", type: "${env:SECRET}" }
              - { name: "x", type: sample, folder: x, file: "${env:SECRET}${" }
            metadata: { x: "${env:SECRET}" }
            """);
        var alone = _folders.ReadOne("source: { type: sample, listen: \"${env:SECRET}\" }\n");
        var clash = _folders.Open().ReadAll();

        Assert.True(reading.Problems.Count >= 7, string.Join('\n', reading.Problems));
        Assert.Equal("`${env:SECRET}`", Folders.Only(alone).Found);
        Assert.DoesNotContain(reading.Problems.Concat(alone.Problems).Concat(clash.SelectMany(one => one.Problems)), problem => problem.ToString().Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public void MissingVariable_StopsOnlyItsChannel()
    {
        _folders.Write("a/channel.yaml", "source: { type: sample, listen: \"${env:MISSING}:1\" }\n");
        _folders.Write("b/channel.yaml", "source: { type: sample, listen: 127.0.0.1:2 }\n");

        var readings = _folders.Open().ReadAll();

        Assert.Null(readings[0].Definition);
        Assert.NotNull(readings[1].Definition);
    }

    [Fact]
    public void Scripts_AreNotFilledIn()
    {
        _folders.Environment["X"] = "y";
        var channel = Folders.Good(_folders.ReadOne("source: { type: sample, listen: 127.0.0.1:1 }\nfilter: |\n  return `${env:X}` + `${msg}`\n"));

        Assert.EndsWith("return `${env:X}` + `${msg}`\n", channel.Filter!.Text);
    }

    public void Dispose() => _folders.Dispose();

    private sealed class Mrn : IVariableLookup
    {
        public string? Find(string name) => name == "mrn" ? "42" : null;
    }
}
