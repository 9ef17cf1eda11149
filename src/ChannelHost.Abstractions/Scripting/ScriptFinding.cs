namespace ChannelHost.Abstractions;

/// <summary>Something a script asks for that will not work here, or not as elsewhere, found without running it.</summary>
/// <param name="File">The script's name.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Name">What it asks for: <c>java.awt.Image</c>, <c>DICOMUtil.convertDICOM</c>, <c>SMTPConnection.send</c>.</param>
/// <param name="IsUnsupported">True: it fails when it runs. False: it needs a decision (a declared folder, host or database) or differs.</param>
/// <param name="What">What is the matter and what to do.</param>
public sealed record ScriptFinding(string File, int Line, int Column, string Name, bool IsUnsupported, string What);
