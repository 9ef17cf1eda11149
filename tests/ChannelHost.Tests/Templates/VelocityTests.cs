namespace ChannelHost.Tests.Templates;

public sealed class VelocityTests
{
    private static readonly Dictionary<string, object?> Values = new()
    {
        ["x"] = "ex",
        ["empty"] = "",
        ["n"] = 1.0,
        ["big"] = 12345678.0,
        ["flag"] = true,
        ["no"] = false,
        ["a-b"] = "hyphen",
        ["o"] = new Dictionary<string, object?> { ["a"] = 1.0, ["k k"] = "odd", ["in"] = new Dictionary<string, object?> { ["s"] = "deep" } },
        ["list"] = new List<object?> { "p", "q" },
        ["csv"] = "a,b,,c,,",
        ["d1"] = new Response { Status = MessageStatus.Sent, Content = "MSA|AA"u8.ToArray(), StatusMessage = "fine" },
        ["markup"] = new MarkupValue("<a>1</a>", IsList: false),
    };

    [Theory]
    [InlineData("${x}", "ex")]
    [InlineData("$x.", "ex.")]
    [InlineData("$x$x/$x", "exex/ex")]
    [InlineData("$!x$!{x}", "exex")]
    [InlineData("${nope} $nope $!{nope}$!nope.", "${nope} $nope .")]
    [InlineData("${o.nope} $o.nope.deeper", "${o.nope} $o.nope.deeper")]
    [InlineData("${a-b}", "hyphen")]
    [InlineData("${n} ${flag} ${big}", "1.0 true 1.2345678E7")]
    [InlineData("${o.a} ${o.in.s} ${o.get('k k')} $o['k k']", "1.0 deep odd odd")]
    [InlineData("${list.get(0)} $list[1] $list.size() ${list}", "p q 2 [p, q]")]
    [InlineData("${x.substring(0,1)} $x.toUpperCase() ${x.length()} ${x.replace('e','E')}", "e EX 2 Ex")]
    [InlineData("${x.substring(0,9)}", "${x.substring(0,9)}")]
    [InlineData("$csv.split(',').size() $csv.split(',').get(3) ${csv.replaceAll('([a-z])', '<$1>')}", "4 c <a>,<b>,,<c>,,")]
    [InlineData("${d1.message} ${d1.status} ${d1.getStatusMessage()}", "MSA|AA SENT fine")]
    [InlineData("$markup", "<a>1</a>")]
    [InlineData("costs $5.00 and 10$ or $!5", "costs $5.00 and 10$ or $!5")]
    [InlineData("${nope|'other'}", "other")]
    public void References_AreFilledInOrStayAsTheyAre(string template, string expected) => Assert.Equal(expected, Fill(template));

    [Theory]
    [InlineData(@"\${x} \$x", "${x} $x")]
    [InlineData(@"\\${x}", @"\ex")]
    [InlineData(@"\${nope}", @"\${nope}")]
    [InlineData(@"\#if($x) C:\dir $x", @"#if(ex) C:\dir ex")]
    [InlineData("#[[ $x #if ]]# $x", " $x #if  ex")]
    [InlineData("$x## a note\nnext", "exnext")]
    [InlineData("$x#* a\nnote *#next", "exnext")]
    [InlineData("#fff #1 # $x", "#fff #1 # ex")]
    [InlineData("$${config:port} $x", "${config:port} ex")]
    public void EscapesAndNotes_AreNotFilledIn(string template, string expected) => Assert.Equal(expected, Fill(template));

    [Theory]
    [InlineData("#if($x)yes#end", "yes")]
    [InlineData("#if($nope)yes#{else}no#end", "no")]
    [InlineData("#if($empty)yes#else no#end", " no")]
    [InlineData("#if($x == 'a')1#elseif($x == 'ex' && !$no)2#{else}3#end", "2")]
    [InlineData("#if($n > 0 and $n <= 1)in#end", "in")]
    [InlineData("#if($n eq 1)same#end#if($n ne 1)other#end", "same")]
    [InlineData("#set($y = \"v-${x}\")$y", "v-ex")]
    [InlineData("#set($y = 7 / 2 + 3 * 2)$y", "9")]
    [InlineData("#set($y = 'lit $x')$y", "lit $x")]
    [InlineData("#set($y = [1, 'b', true])$y", "[1, b, true]")]
    [InlineData("#set($y = {'k': 'v'})$y.k", "v")]
    [InlineData("#foreach($i in $list)$foreach.count:$i#if($foreach.hasNext),#end#end", "1:p,2:q")]
    [InlineData("#foreach($i in [3..1])$i#end $i", "321 $i")]
    [InlineData("#foreach($i in [1..9])$i#if($i == 3)#break#end#end!", "123!")]
    [InlineData("a#stop b", "a#stop b")]
    [InlineData("$x#stop b", "ex")]
    [InlineData("#foreach($v in $o)$foreach.index#end", "012")]
    public void Directives_DecideAndRepeat(string template, string expected) => Assert.Equal(expected, Fill(template));

    [Fact]
    public void DirectiveAloneInItsLine_TakesTheLine()
    {
        const string template = "top\n  #foreach($i in $list)\n  <$i/>\n    #if($i == 'p')\n    first\n    #elseif($i == 'q')\n    last\n    #end\n  #end\nend $x";

        Assert.Equal("top\n  <p/>\n    first\n  <q/>\n    last\nend ex", Fill(template));
    }

    [Theory]
    [InlineData("$x ${ATTACH:abc}")]
    [InlineData("$x #if($x)")]
    [InlineData("$x #end")]
    [InlineData("$x ${}")]
    [InlineData("$x ${x")]
    [InlineData("#if($x ==)$x#end")]
    [InlineData("$x.substring(0")]
    public void TextThatCannotBeRead_StaysWhole(string template) => Assert.Equal(template, Fill(template));

    [Theory]
    [InlineData("#macro(m)$x#end")]
    [InlineData("$x #parse('a.vm')")]
    [InlineData("#set($x.y = 1)$x")]
    public void WhatOnlyVelocityHas_IsToldAtDeploy(string template)
    {
        var failure = Assert.ThrowsAny<FormatException>(Parsing(template));

        Assert.Contains("not supported", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#foreach($a in [1..999])#foreach($b in [1..999])$x#end#end", "turns")]
    [InlineData("#foreach($a in [1..999999999])$x#end", "range")]
    [InlineData("#set($y = $x)#foreach($a in [1..60])#set($y = \"$y$y\")#end$y", "characters")]
    [InlineData("#set($y = $x)#foreach($a in [1..60])#set($y = $y + $y)#end", "characters")]
    [InlineData("#set($y = $x)#foreach($a in [1..60])#set($y = $y.concat($y))#end", "characters")]
    [InlineData("#set($y = $x)#foreach($a in [1..60])#set($y = $y.replace('x', 'xxxxxxxx'))#end", "characters")]
    [InlineData("#set($y = $x)#foreach($a in [1..60])#set($y = $y.replaceAll('.+', '$0$0$0$0$0$0$0$0'))#end", "characters")]
    [InlineData("#set($y = $x.repeat(999999999))", "characters")]
    [InlineData("#set($l = [1])#foreach($a in [1..60])#set($l = [$l, $l])#end$l", "characters")]
    [InlineData("#set($l = {'a': 1})#foreach($a in [1..60])#set($l = {'a': $l, 'b': $l})#end#if($l == 'x')#end", "characters")]
    [InlineData("#set($l = [1])#foreach($a in [1..9999])#set($l = [$l])#end$l", "deep")]
    [InlineData("#set($y = $x.repeat(9999999))#set($l = [])#foreach($a in [1..9999])#set($l = [$l, \"$y\"])#end", "items")]
    [InlineData("#set($l = [])#foreach($a in [1..9999])#set($l = [$l, [1..99999]])#end", "items")]
    public void TemplateThatWouldNotEnd_MeetsALimit(string template, string limit)
    {
        Assert.False(Template.Parse(template, TemplateDialect.Velocity).TryFill(new SomeVariables(Values), out var reason));

        Assert.Contains(limit, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void DeepNesting_IsRefusedAtDeploy()
    {
        var template = string.Concat(Enumerable.Repeat("#if($x)", 5_000)) + string.Concat(Enumerable.Repeat("#end", 5_000));

        Assert.ThrowsAny<FormatException>(() => Template.Parse(template, TemplateDialect.Velocity));
    }

    [Fact]
    public void EveryValue_PassesTheLookup()
    {
        var variables = new SomeVariables(Values);

        Assert.True(Template.Parse("$x #foreach($i in $list)$i#end ${o.in.s} #set($y = '/')$y", TemplateDialect.Velocity).TryFill(variables, out _));

        Assert.Equal(["x=ex", "i=p", "i=q", "o=deep", "y=/"], variables.Shown);
    }

    [Fact]
    public void Names_AreThoseOfAllBranches()
    {
        var template = Template.Parse("#if($a.b($c))${d}#else#foreach($i in $e)$i $f#end#end", TemplateDialect.Velocity);

        Assert.Equal(["a", "c", "d", "e", "f"], template.Names.Order());
    }

    private static Action Parsing(string template) => () => Template.Parse(template, TemplateDialect.Velocity);

    private static string Fill(string template)
    {
        Assert.True(Template.Parse(template, TemplateDialect.Velocity).TryFill(new SomeVariables(Values), out var text), text);
        return text;
    }
}
