namespace ChannelHost.Server.Api;

/// <summary>The body of <c>POST /api/channels/{group}/{name}/resend</c> and <c>/skip</c>.</summary>
/// <param name="Ids">The messages, in the order in which they are to go; at most 100.</param>
/// <param name="Destination">Where they ended in error or as dead letters; null for all destinations at which they did.</param>
/// <param name="Who">Who asks, for the audit.</param>
/// <param name="Why">The reason, at most 500 characters; needed for <c>skip</c>, where it is kept with the message.</param>
internal sealed record RepairRequest(IReadOnlyList<long> Ids, string? Destination = null, string? Who = null, string? Why = null);

/// <summary>The body of <c>POST /api/channels/{group}/{name}/messages/{id}/edit</c>.</summary>
/// <param name="Content">The whole message, in Base64.</param>
/// <param name="Destination">The only destination it may go to; null for all.</param>
/// <param name="IsSent">True: it is what <paramref name="Destination"/> is to get, and no script runs. False: it is processed as if the sender had sent it.</param>
/// <param name="Who">Who asks, for the audit.</param>
/// <param name="Why">The reason, at most 500 characters, for the audit.</param>
internal sealed record EditRequest(ReadOnlyMemory<byte> Content, string? Destination = null, bool IsSent = false, string? Who = null, string? Why = null);

/// <summary>How many messages a query finds: <c>GET /api/channels/{group}/{name}/messages/count</c>.</summary>
/// <param name="Count">So many were counted.</param>
/// <param name="IsExact">False when counting was ended: there are at least so many.</param>
/// <param name="Note">Why it was ended; null when it was not.</param>
internal sealed record CountView(long Count, bool IsExact, string? Note = null);
