namespace ChannelHost.Tests.Templates;

public sealed class StrictTemplateTests
{
    private static readonly Dictionary<string, object?> Values = new()
    {
        ["mrn"] = "4711",
        ["with.dot"] = "dotted",
        ["date:HH:mm"] = "12:30",
        ["o"] = new Dictionary<string, object?> { ["a"] = "inner", ["}"] = "brace" },
        ["list"] = new List<object?> { "p" },
    };

    [Theory]
    [InlineData("a ${mrn} b", "a 4711 b")]
    [InlineData("${ mrn }", "4711")]
    [InlineData("${with.dot}", "dotted")]
    [InlineData("${date:HH:mm}", "12:30")]
    [InlineData("${o.a} ${o.get('}')} ${list.get(0)} ${mrn.substring(0, 2)}", "inner brace p 47")]
    [InlineData("[$!{nobody}]", "[]")]
    [InlineData("$${mrn} $mrn #if($x) $", "${mrn} $mrn #if($x) $")]
    public void Names_AreFilledIn(string template, string expected)
    {
        Assert.True(Template.Parse(template).TryFill(new SomeVariables(Values), out var text), text);

        Assert.Equal(expected, text);
    }

    [Theory]
    [InlineData("${nobody}", "nobody")]
    [InlineData("x ${o.b} y", "o.b")]
    [InlineData("${list}", "list")]
    [InlineData("${mrn.substring(9)}", "mrn.substring(9)")]
    public void NameWithoutValue_IsTold(string template, string name)
    {
        Assert.False(Template.Parse(template).TryFill(new SomeVariables(Values), out var missing));

        Assert.Equal(name, missing);
    }

    [Theory]
    [InlineData("a ${", "character 3")]
    [InlineData("${ }", "names nothing")]
    public void TextThatCannotBeRead_IsRefused(string template, string told) =>
        Assert.Contains(told, Assert.ThrowsAny<FormatException>(() => Template.Parse(template)).Message, StringComparison.Ordinal);

    [Fact]
    public void PartsOfValues_PassTheLookupToo()
    {
        var variables = new SomeVariables(Values);

        Assert.True(Template.Parse("${o.a}/${mrn}").TryFill(variables, out _));

        Assert.Equal(["o.a=inner", "mrn=4711"], variables.Shown);
    }

    [Fact]
    public void SameTextInAnotherDialect_IsAnotherTemplate() =>
        Assert.NotEqual(Template.Parse("$x"), Template.Parse("$x", TemplateDialect.Velocity));
}
