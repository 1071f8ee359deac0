using Ingester.Core.Keys;
using Ingester.Storage.Stores;

namespace Ingester.Reading.Objects;

/// <summary>A stored segment, from a listing.</summary>
/// <param name="Name">The parsed key.</param>
/// <param name="Key">The key.</param>
/// <param name="Size">Compressed size in bytes.</param>
internal sealed record SegmentEntry(SegmentKey Name, string Key, long Size)
{
    /// <summary>True when the object is too small for the ids in its name. Such an object is not used.</summary>
    public bool IsUndersized { get; init; }

    /// <summary>True when the object may have been removed after its day was certified: only its name is known.</summary>
    public bool IsExpired { get; init; }

    /// <summary>
    /// For a variant, the first 16 hex digits of the hash of its rows; null for the rows under the key itself. Rows become a variant when their key
    /// is already in use.
    /// </summary>
    public string? VariantHash { get; init; }

    /// <summary>Parses the key of a variant, whose file name starts at an index; false for every other object.</summary>
    public static bool TryParseVariant(in SegmentFolder folder, ListedObject found, int index, out SegmentEntry variant)
    {
        variant = null!;
        var (key, end) = (found.Key, found.Key.LastIndexOf('_'));
        if (end < index || !key.EndsWith(ObjectKey.Extension, StringComparison.Ordinal) || key.Length - ObjectKey.Extension.Length - end - 1 != ObjectKey.HashDigits
            || !SegmentKey.TryParse(folder, string.Concat(key.AsSpan(index, end - index), ObjectKey.Extension), out var name))
            return false;
        variant = new(name, key, found.Size) { VariantHash = key.Substring(end + 1, ObjectKey.HashDigits) };
        return true;
    }

    /// <summary>Orders by window, then by first id; whole segments first, then longer ones.</summary>
    public static int Compare(SegmentEntry one, SegmentEntry other)
    {
        var order = one.Name.Window.StartMicros.CompareTo(other.Name.Window.StartMicros);
        if (order == 0)
            order = (one.Name.Range?.After ?? 0).CompareTo(other.Name.Range?.After ?? 0);
        if (order == 0)
            order = other.Name.IsWhole.CompareTo(one.Name.IsWhole);
        if (order == 0)
            order = (other.Name.Range?.UpTo ?? 0).CompareTo(one.Name.Range?.UpTo ?? 0);
        return order != 0 ? order : string.CompareOrdinal(one.Key, other.Key);
    }
}
