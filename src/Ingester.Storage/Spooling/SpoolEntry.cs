using System.Globalization;
using Ingester.Core.Time;

namespace Ingester.Storage.Spooling;

/// <summary>
/// A file of the spool. Its folder is the minute in which the object was sealed, and within it files are ordered by rank and time: what other
/// replicas write first comes last, so that two of them that drain at once do not write the same.
/// </summary>
/// <param name="Folder">The minute, such as <c>20261120T1448</c>.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Size">How much of the disk it takes.</param>
internal readonly record struct SpoolEntry(string Folder, string Name, long Size)
{
    /// <summary>How the name of a finished file ends.</summary>
    public const string Extension = ".spool";

    /// <summary>How the name of an unfinished file ends.</summary>
    public const string Unfinished = ".part";

    private const int Block = 4096;
    private const string Minute = "yyyyMMdd'T'HHmm";

    /// <summary>Folder and name, which no other file has.</summary>
    public string Path => $"{Folder}/{Name}";

    /// <summary>The place of an object.</summary>
    /// <param name="header">The object.</param>
    /// <param name="length">How long its file is.</param>
    /// <param name="number">A number that no other file of the process has.</param>
    public static SpoolEntry For(SpoolHeader header, long length, string number) => new(
        Micros.ToDateTime(header.Added).ToString(Minute, CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"{header.Rank}-{header.Added:D16}-{number}{Extension}"),
        Rounded(length));

    /// <summary>A file that is there.</summary>
    public static SpoolEntry Of(FileInfo file) => new(file.Directory!.Name, file.Name, Rounded(file.Length));

    /// <summary>The start of the minute of a folder; null for a folder that is not one of ours.</summary>
    public static long? MinuteOf(string folder) =>
        DateTime.TryParseExact(folder, Minute, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var start)
            ? Micros.From(start)
            : null;

    /// <summary>How much of a disk a file takes.</summary>
    public static long Rounded(long length) => (length + Block - 1) / Block * Block;
}
