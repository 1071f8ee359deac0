using Ingester.Core.Storage;

namespace Ingester.Core.Reading;

/// <summary>A stored segment as a listing shows it.</summary>
/// <param name="Name">What its key says.</param>
/// <param name="Key">The key.</param>
/// <param name="Size">How many bytes it has, compressed.</param>
internal sealed record SegmentEntry(SegmentName Name, string Key, long Size)
{
    /// <summary>In order of windows, then of the sequence; whole segments first, then the longer.</summary>
    public static int Compare(SegmentEntry one, SegmentEntry other)
    {
        var order = one.Name.Window.StartMicros.CompareTo(other.Name.Window.StartMicros);
        if (order == 0)
            order = (one.Name.Range?.After ?? 0).CompareTo(other.Name.Range?.After ?? 0);
        if (order == 0)
            order = other.Name.Whole.CompareTo(one.Name.Whole);
        if (order == 0)
            order = (other.Name.Range?.UpTo ?? 0).CompareTo(one.Name.Range?.UpTo ?? 0);
        return order != 0 ? order : string.CompareOrdinal(one.Key, other.Key);
    }
}
