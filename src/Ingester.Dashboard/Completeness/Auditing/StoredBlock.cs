using Ingester.Core.Markets;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>An <see cref="AuditBlock"/> in a file of the cache.</summary>
internal sealed record StoredBlock
{
    /// <summary>The end of the audited time, microseconds UTC.</summary>
    public required long To { get; init; }

    /// <summary>When the audit began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>The streams.</summary>
    public required IReadOnlyList<StoredPart> Streams { get; init; }

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The form for a file.</summary>
    public static StoredBlock From(AuditBlock block) => new()
    {
        To = block.ToMicros,
        At = block.AuditedAt,
        Took = block.Duration,
        Problems = block.Problems,
        Streams = [.. block.Streams.Select(part => new StoredPart
        {
            Dataset = part.Stream.Dataset.Name(),
            Market = part.Stream.Market,
            Minutes = part.Minutes.ToBytes(),
            Windows = [.. part.Windows],
            Missing = part.MissingRanges,
            Open = part.OpenGaps,
            Closed = part.ClosedGaps,
            Messages = part.Messages,
            Interruptions = part.Interruptions,
            Starts = part.StartsUnproven,
            Ends = part.EndsUnproven,
            Objects = part.StoredObjects,
            Bytes = part.StoredBytes,
        })],
    };

    /// <summary>The block of a file.</summary>
    /// <param name="key">The hours.</param>
    /// <param name="names">The streams that are in memory; new ones are added.</param>
    /// <exception cref="InvalidDataException">The file contradicts itself.</exception>
    public AuditBlock ToBlock(BlockKey key, HashSet<StreamId> names)
    {
        var parts = new List<StreamPart>(Streams.Count);
        foreach (var part in Streams)
        {
            if (!DatasetNames.TryParse(part.Dataset, out var dataset))
                throw new InvalidDataException($"'{part.Dataset}' is not a dataset.");
            var stream = new StreamId(dataset, key.Exchange, part.Market);
            if (!names.TryGetValue(stream, out var known))
                names.Add(known = stream);
            parts.Add(new()
            {
                Stream = known,
                Minutes = MinuteMap.FromBytes(part.Minutes),
                Windows = part.Windows,
                MissingRanges = part.Missing,
                OpenGaps = part.Open,
                ClosedGaps = part.Closed,
                Messages = part.Messages,
                Interruptions = part.Interruptions,
                StartsUnproven = part.Starts,
                EndsUnproven = part.Ends,
                StoredObjects = part.Objects,
                StoredBytes = part.Bytes,
            });
        }

        return AuditBlock.From(key, To, parts, Problems, (At, Took));
    }
}
