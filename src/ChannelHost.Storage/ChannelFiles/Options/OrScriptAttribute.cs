namespace ChannelHost.Storage.ChannelFiles.Options;

/// <summary>Marks a template in whose place a script may stand: <c>{ script: FILE }</c>. The script goes into another property of the record.</summary>
/// <param name="property">That property, of the type <see cref="ScriptFile"/>; it is no setting itself.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OrScriptAttribute(string property) : Attribute
{
    /// <summary>The name of the property that takes the script.</summary>
    public string Property => property;
}
