using Ingester.Core.Keys;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Storage.Stores;

namespace Ingester.Reading.Objects;

/// <summary>A stored segment as a listing shows it.</summary>
/// <param name="Name">What its key says.</param>
/// <param name="Key">The key.</param>
/// <param name="Size">How many bytes it has, compressed.</param>
internal sealed record SegmentEntry(SegmentName Name, string Key, long Size)
{
    /// <summary>True when the object is too small to hold what its name says: it is not used.</summary>
    public bool IsAbsurd { get; init; }

    /// <summary>The first 16 hex digits of the hash of rows whose key was taken by other rows, so that they lie beside; null for the rows under the key itself.</summary>
    public string? VariantHash { get; init; }

    /// <summary>Reads the key of rows that lie beside, whose file's name begins at a place; false for every other kind of object.</summary>
    public static bool TryParseVariant(in SegmentFolder folder, ListedObject found, int place, out SegmentEntry variant)
    {
        variant = null!;
        var (key, end) = (found.Key, found.Key.LastIndexOf('_'));
        if (end < place || !key.EndsWith(ObjectKey.Extension, StringComparison.Ordinal) || key.Length - ObjectKey.Extension.Length - end - 1 != ObjectKey.HashDigits
            || !SegmentName.TryParse(folder, string.Concat(key.AsSpan(place, end - place), ObjectKey.Extension), out var name))
            return false;
        variant = new(name, key, found.Size) { VariantHash = key.Substring(end + 1, ObjectKey.HashDigits) };
        return true;
    }

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
