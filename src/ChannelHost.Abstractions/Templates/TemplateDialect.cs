namespace ChannelHost.Abstractions;

/// <summary>What a template's text may say.</summary>
public enum TemplateDialect
{
    /// <summary>Ours: <c>${name}</c>, <c>${name.member('x')}</c> and <c>$!{name}</c>. A name without a value is a failure that says so. The default.</summary>
    Strict,

    /// <summary>
    /// Velocity, as Mirth reads it: also <c>$name</c>, <c>#if</c>, <c>#foreach</c>, <c>#set</c>. What has no value stays as it is written, and a text that
    /// cannot be read stays as a whole.
    /// </summary>
    Velocity,
}
