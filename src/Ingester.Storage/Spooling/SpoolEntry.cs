using System.Globalization;
using Ingester.Core.Time;

namespace Ingester.Storage.Spooling;

/// <summary>
/// A file of the spool. Its folder is the minute in which the object was sealed. Within a folder files are ordered by rank and time: objects
/// that other replicas write first come last, so that two replicas that drain at once do not upload the same objects.
/// </summary>
/// <param name="Folder">The minute, such as <c>20261120T1448</c>.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Size">Its size on disk.</param>
internal readonly record struct SpoolEntry(string Folder, string Name, long Size)
{
    /// <summary>Extension of a complete file.</summary>
    public const string Extension = ".spool";

    /// <summary>Additional extension of an incomplete file.</summary>
    public const string UnfinishedExtension = ".part";

    private const int BlockSize = 4096;
    private const string MinuteFormat = "yyyyMMdd'T'HHmm";

    /// <summary>Folder and name; unique within the spool.</summary>
    public string RelativePath => $"{Folder}/{Name}";

    /// <summary>The entry for an object.</summary>
    /// <param name="header">The header of the object.</param>
    /// <param name="length">Length of its file.</param>
    /// <param name="number">A number that is unique within the process.</param>
    public static SpoolEntry For(SpoolHeader header, long length, string number) => new(
        Micros.ToDateTime(header.Added).ToString(MinuteFormat, CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"{header.Rank}-{header.Added:D16}-{number}{Extension}"),
        SizeOnDisk(length));

    /// <summary>The entry of an existing file.</summary>
    public static SpoolEntry FromFile(FileInfo file) => new(file.Directory!.Name, file.Name, SizeOnDisk(file.Length));

    /// <summary>The start of the minute that a folder is named after; null if the name is not a minute.</summary>
    public static long? MinuteOf(string folder) =>
        DateTime.TryParseExact(folder, MinuteFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var start)
            ? Micros.From(start)
            : null;

    /// <summary>The size of a file on disk, rounded up to blocks.</summary>
    public static long SizeOnDisk(long length) => (length + BlockSize - 1) / BlockSize * BlockSize;
}
