using System.IO.Compression;
using Parquet;
using Parquet.Schema;

namespace Ingester.Publishing.Files;

/// <summary>A Parquet file that is written one row group at a time, compressed with zstd. The same rows give the same bytes with the same version of the library.</summary>
internal sealed class RowGroups : IAsyncDisposable
{
    /// <summary>Number of rows of a row group: large enough to be scanned in parallel, and some tens of MiB of memory.</summary>
    public const int Capacity = 1 << 16;

    private readonly FileStream stream;
    private readonly ParquetWriter writer;
    private bool isDisposed;

    private RowGroups(FileStream stream, ParquetWriter writer) => (this.stream, this.writer) = (stream, writer);

    /// <summary>The name and version of the library, which decide the bytes.</summary>
    public static (string Name, string Version) Library => ("Parquet.Net", typeof(ParquetWriter).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? "");

    /// <summary>Creates the file.</summary>
    public static async Task<RowGroups> CreateAsync(string path, IEnumerable<Field> fields, CancellationToken cancellation)
    {
        var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Optimal }; // its default level takes twenty times as long
        return new(stream, await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, options, cancellationToken: cancellation));
    }

    /// <summary>Writes a row group; the columns in the order of the schema.</summary>
    public async Task WriteAsync(Func<ParquetRowGroupWriter, Task> writeColumns)
    {
        using var group = writer.CreateRowGroup();
        await writeColumns(group);
        group.CompleteValidate();
    }

    /// <summary>Completes the file. Further calls do nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        await writer.DisposeAsync();
        await stream.DisposeAsync();
    }
}
