using Ingester.Reading.Objects;

namespace Ingester.Reading.Auditing;

/// <summary>The stored segments of one stream, from listings.</summary>
/// <param name="Entries">The segments, in the order of their windows.</param>
/// <param name="Variants">Variants: other rows of windows whose keys were already in use.</param>
internal sealed record StoredStream(IReadOnlyList<SegmentEntry> Entries, IReadOnlyList<SegmentEntry> Variants);
