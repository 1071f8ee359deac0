using System.IO.Compression;

namespace Ingester.Benchmarks.EndToEnd;

/// <summary>The contents of a store in a directory.</summary>
/// <param name="Rows">Number of rows of events.</param>
/// <param name="Bytes">Size of the uncompressed rows in bytes.</param>
/// <param name="Packed">Size of the objects in bytes.</param>
internal readonly record struct StoredRows(long Rows, long Bytes, long Packed)
{
    private const int PieceSize = 1 << 16;
    private const string Fragments = "fragments/";

    /// <summary>
    /// Reads all objects, after the measurement. A window whose stream was silent for longer than the hold time is stored as a fragment and again as a
    /// whole object when the next event proves it: such a fragment is not counted.
    /// </summary>
    public static StoredRows Read(string store)
    {
        long rows = 0, bytes = 0, packed = 0;
        var piece = new byte[PieceSize];
        foreach (var file in new[] { "trades", "depth", "fragments" }.Select(name => new DirectoryInfo(Path.Combine(store, name))).Where(folder => folder.Exists)
            .SelectMany(folder => folder.EnumerateFiles("*.json.gz", SearchOption.AllDirectories))
            .Where(file => Path.GetRelativePath(store, file.FullName) is var key && !(key.StartsWith(Fragments, StringComparison.Ordinal) && File.Exists(Path.Combine(store, key[Fragments.Length..])))))
        {
            packed += file.Length;
            using var lines = new GZipStream(file.OpenRead(), CompressionMode.Decompress);
            for (int read; (read = lines.Read(piece)) > 0; bytes += read)
                rows += piece.AsSpan(0, read).Count((byte)'\n');
        }

        return new(rows, bytes, packed);
    }
}
