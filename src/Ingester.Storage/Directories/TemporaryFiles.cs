using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Memory;
using Microsoft.Win32.SafeHandles;

namespace Ingester.Storage.Directories;

/// <summary>Writes the temporary files of this process into one folder, flushed to disk, so that they can be published under their final name. Thread-safe.</summary>
internal sealed class TemporaryFiles
{
    private const string Prefix = "put-";
    private const string Suffix = ".part";

    private readonly string folder;
    private readonly string pathPrefix; // path prefix of this process's files
    private long number;

    /// <summary>Creates no file and no folder.</summary>
    /// <param name="folder">The folder of the files.</param>
    public TemporaryFiles(string folder)
    {
        this.folder = folder;
        pathPrefix = Path.Combine(folder, $"{Prefix}{KeyEncoding.Encode(Environment.MachineName)}-{Environment.ProcessId}-");
    }

    /// <summary>Writes a file and returns its path. The caller deletes it.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public string Write(RowBuffer body)
    {
        var path = Create(out var file);
        try
        {
            using (file)
            {
                var offset = 0L;
                foreach (var chunk in body.Chunks)
                {
                    RandomAccess.Write(file, chunk.Span, offset);
                    offset += chunk.Length;
                }

                RandomAccess.FlushToDisk(file);
            }

            return path;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Copies a file and returns the path of the copy. The caller deletes it.</summary>
    /// <exception cref="IOException">The file cannot be read or the copy cannot be written.</exception>
    public string Copy(string source)
    {
        var path = Create(out var file);
        using (file)
        {
            using var target = new FileStream(file, FileAccess.Write, bufferSize: 0);
            using var content = File.OpenRead(source);
            content.CopyTo(target);
            target.Flush(flushToDisk: true);
        }

        return path;
    }

    /// <summary>Deletes the temporary files of all processes that were last written before a time.</summary>
    /// <exception cref="IOException">The folder cannot be listed or a file cannot be deleted.</exception>
    public void RemoveAbandoned(DateTimeOffset before)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles(Prefix + "*" + Suffix))
            if (file.LastWriteTimeUtc < before.UtcDateTime)
                file.Delete();
    }

    /// <summary>
    /// Creates a file with an unused name. An earlier process with the same process id may have left files: their names are skipped.
    /// </summary>
    private string Create(out SafeFileHandle file)
    {
        for (; ; )
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{pathPrefix}{Interlocked.Increment(ref number)}{Suffix}");
            try
            {
                file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
                return path;
            }
            catch (IOException) when (File.Exists(path))
            {
            }
        }
    }
}
