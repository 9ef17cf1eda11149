namespace ChannelHost.Abstractions;

/// <summary>A piece of a template.</summary>
internal abstract class TemplateNode
{
    /// <summary>The names it asks for.</summary>
    public virtual IEnumerable<string> Names => [];

    /// <summary>Writes it.</summary>
    public abstract void Write(TemplateRun run);

    /// <summary>Writes several until one ends the loop or the template.</summary>
    protected static void WriteAll(TemplateNode[] nodes, TemplateRun run)
    {
        foreach (var node in nodes)
        {
            if (run.IsHalted)
            {
                return;
            }

            node.Write(run);
        }
    }
}

/// <summary>Plain text.</summary>
internal sealed class TextNode(string text) : TemplateNode
{
    public string Text => text;

    public override void Write(TemplateRun run) => run.Append(text);
}

/// <summary>A name in our own dialect: looked up as it stands (names may hold dots), then as a way into a value.</summary>
/// <param name="name">The name as written.</param>
/// <param name="way">The same read as an expression; null when it cannot be.</param>
/// <param name="isQuiet">True: no value is no failure but an empty text.</param>
internal sealed class NameNode(string name, ReferenceExpression? way, bool isQuiet) : TemplateNode
{
    public override IEnumerable<string> Names => [name];

    public override void Write(TemplateRun run)
    {
        var text = name == "UUID" ? run.Value(name) as string : run.Variables.Find(name);
        text ??= way is null ? null : ValueText.Of(way.Evaluate(run), run.Dialect);
        if (text is not null)
        {
            run.Append(run.Variables.Show(name, text));
        }
        else if (!isQuiet)
        {
            run.Fail(name);
        }
    }
}

/// <summary>A reference in Velocity: without a value it stays as it is written.</summary>
/// <param name="reference">What is asked for.</param>
/// <param name="written">The text of it.</param>
/// <param name="isQuiet">True: no value gives nothing.</param>
/// <param name="backslashes">How many stand before it: each second is one that is meant, an odd one takes the meaning from the reference.</param>
/// <param name="otherwise">What stands for a value that is not there; null for none.</param>
internal sealed class VelocityReferenceNode(ReferenceExpression reference, string written, bool isQuiet, int backslashes, TemplateExpression? otherwise) : TemplateNode
{
    public override IEnumerable<string> Names => [reference.Name];

    public override void Write(TemplateRun run)
    {
        var value = reference.Evaluate(run);
        if (otherwise is not null && !TemplateExpression.IsTrue(value))
        {
            value = otherwise.Evaluate(run);
        }

        if (ValueText.Of(value, run.Dialect) is not { } text)
        {
            run.Append(new string('\\', backslashes));
            run.Append(isQuiet && backslashes == 0 ? "" : written);
            return;
        }

        run.Append(new string('\\', backslashes / 2));
        run.Append(backslashes % 2 == 1 ? written : run.Variables.Show(reference.Name, text));
    }
}

/// <summary><c>#set</c>.</summary>
internal sealed class SetNode(string name, TemplateExpression value) : TemplateNode
{
    public override IEnumerable<string> Names => value.Names;

    public override void Write(TemplateRun run) => run.SetLocal(name, value.Evaluate(run));
}

/// <summary><c>#if</c> with its <c>#elseif</c> and <c>#else</c> (whose condition is null).</summary>
internal sealed class IfNode((TemplateExpression? Condition, TemplateNode[] Body)[] branches) : TemplateNode
{
    public override IEnumerable<string> Names => branches.SelectMany(branch => (branch.Condition?.Names ?? []).Concat(branch.Body.SelectMany(node => node.Names)));

    public override void Write(TemplateRun run)
    {
        foreach (var (condition, body) in branches)
        {
            if (condition is null || TemplateExpression.IsTrue(condition.Evaluate(run)))
            {
                WriteAll(body, run);
                return;
            }
        }
    }
}

/// <summary><c>#foreach</c>; in its body <c>$foreach</c> tells where it stands.</summary>
internal sealed class ForeachNode(string name, TemplateExpression list, TemplateNode[] body) : TemplateNode
{
    private const string Place = "foreach";

    public override IEnumerable<string> Names => list.Names.Concat(body.SelectMany(node => node.Names).Where(used => used != name && used != Place));

    public override void Write(TemplateRun run)
    {
        var items = ValueMembers.Items(list.Evaluate(run));
        if (items is null)
        {
            return;
        }

        var had = run.TryGetLocal(name, out var before);
        var hadPlace = run.TryGetLocal(Place, out var outer);
        for (var index = 0; index < items.Count && !run.IsHalted && run.Turn(); index++)
        {
            run.SetLocal(name, items[index]);
            run.SetLocal(Place, new Dictionary<string, object?>
            {
                ["index"] = (long)index,
                ["count"] = (long)index + 1,
                ["first"] = index == 0,
                ["last"] = index == items.Count - 1,
                ["hasNext"] = index < items.Count - 1,
                ["parent"] = hadPlace ? outer : null,
            });
            WriteAll(body, run);
        }

        run.IsBroken = false;
        run.RestoreLocal(name, had, before);
        run.RestoreLocal(Place, hadPlace, outer);
    }
}

/// <summary><c>#break</c> and <c>#stop</c>.</summary>
internal sealed class EndNode(bool endsAll) : TemplateNode
{
    public override void Write(TemplateRun run)
    {
        run.IsEnded |= endsAll;
        run.IsBroken |= !endsAll;
    }
}
