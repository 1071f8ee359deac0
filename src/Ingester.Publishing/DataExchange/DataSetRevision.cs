namespace Ingester.Publishing.DataExchange;

/// <summary>A revision of a data set, with the names of the API.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Comment">Its comment; null for none.</param>
/// <param name="Finalized">True if it is published. Its assets cannot change any more.</param>
/// <param name="Revoked">True if it was withdrawn.</param>
/// <param name="RevocationComment">Why it was withdrawn.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When it last changed: for a finalized revision, when it was published.</param>
internal sealed record DataSetRevision(string Id, string? Comment, bool Finalized, bool Revoked, string? RevocationComment, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
