using System.Security.Cryptography;
using Ingester.Core.Memory;
using Ingester.Storage.Directories;
using Ingester.Storage.Native;
using Ingester.Storage.Threads;

namespace Ingester.Storage.Stores;

/// <summary>
/// Stores objects as files below one directory, which any number of processes may share. An object is written to a temporary file, flushed to
/// disk and published by a hard link, which fails if the name exists, or by a rename if it replaces an object. Metadata is not stored.
/// </summary>
internal sealed class DirectoryStore : IPrunableStore
{
    private const string TemporaryFolder = ".tmp";

    /// <summary>Age from which a temporary file belongs to no running process: a write takes seconds.</summary>
    private static readonly TimeSpan AbandonedAge = TimeSpan.FromHours(1);

    private readonly TimeProvider clock;
    private readonly string root;
    private readonly string temporaryFolder;
    private readonly TemporaryFiles temporaryFiles;
    private readonly DurableDirectories directories = new();

    /// <summary>Creates the directory if it is missing and deletes temporary files of terminated processes.</summary>
    public DirectoryStore(string directory, TimeProvider clock)
    {
        this.clock = clock;
        root = Path.GetFullPath(directory);
        temporaryFolder = Path.Combine(root, TemporaryFolder);
        temporaryFiles = new(temporaryFolder);
        TranslateErrors("write in", temporaryFolder, () =>
        {
            Directory.CreateDirectory(temporaryFolder);
            temporaryFiles.RemoveAbandoned(clock.GetUtcNow() - AbandonedAge);
            return true;
        });
    }

    /// <inheritdoc/>
    public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation)
    {
        var path = PathOf(key);
        return StorageTaskScheduler.Shared.RunAsync(() => Put(path, body), cancellation);
    }

    /// <inheritdoc/>
    public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var path = PathOf(key);
        return Task.FromResult(TranslateErrors("read", path, () =>
            new FileInfo(path) is { Exists: true } file ? new ObjectInfo(file.Length, ObjectMetadata.None) : null));
    }

    /// <inheritdoc/>
    public Task<Stream?> GetAsync(string key, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var path = PathOf(key);
        return Task.FromResult(TranslateErrors("read", path, () => Open(path)));
    }

    /// <inheritdoc/>
    /// <remarks>The SHA-256 of the file: the times of a file are too coarse to distinguish two writes.</remarks>
    public async Task<string?> GetTagAsync(string key, CancellationToken cancellation)
    {
        await using var content = await GetAsync(key, cancellation);
        return content is null ? null : Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));
    }

    /// <inheritdoc/>
    public async Task<bool> ReplaceAsync(string key, string file, string? tag, CancellationToken cancellation)
    {
        var path = PathOf(key);
        var temporary = TranslateErrors("write", path, () =>
        {
            directories.Ensure(temporaryFolder);
            directories.Ensure(Path.GetDirectoryName(path.AsSpan()));
            return temporaryFiles.Copy(file);
        });
        try
        {
            if (tag is null)
                return TranslateErrors("write", path, () => Publish(temporary, path));
            using var turn = await ReplaceLock.TakeAsync(temporaryFolder, clock, cancellation); // no other process replaces between the comparison and the rename
            if (await GetTagAsync(key, cancellation) != tag)
                return false;
            return TranslateErrors("replace", path, () =>
            {
                File.Move(temporary, path, overwrite: true);
                NativeFile.FlushDirectory(Path.GetDirectoryName(path.AsSpan()));
                return true;
            });
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var path = PathOf(key);
        return Task.FromResult(TranslateErrors("delete", path, () =>
        {
            if (Directory.Exists(Path.GetDirectoryName(path)))
                File.Delete(path);
            return true;
        }));
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ListedObject> ListAsync(string prefix, CancellationToken cancellation)
    {
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        return EnumerateObjects(folder.Length == 0 ? root : PathOf(folder[..^1]), folder, prefix, cancellation).ToAsyncEnumerable();
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellation) =>
        ListEntries(folder.Length == 0 ? root : PathOf(folder[..^1]))
            .Where(entry => entry.Entry is DirectoryInfo && folder + entry.Name != TemporaryFolder + "/").Select(entry => entry.Name[..^1]).ToAsyncEnumerable();

    private static Stream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static T TranslateErrors<T>(string action, string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (FileSystemErrors.IsFileSystemError(error))
        {
            throw FileSystemErrors.ToStoreException(error, action, path);
        }
    }

    private PutOutcome Put(string path, RowBuffer body)
    {
        for (var again = false; ; again = true)
            try
            {
                return PutOnce(path, body);
            }
            catch (IOException gone) when (!again && gone is DirectoryNotFoundException or FileNotFoundException)
            {
                directories.Forget(); // another process has removed a known directory
            }
            catch (Exception error) when (FileSystemErrors.IsFileSystemError(error))
            {
                throw FileSystemErrors.ToStoreException(error, "write", path);
            }
    }

    private PutOutcome PutOnce(string path, RowBuffer body)
    {
        var directory = Path.GetDirectoryName(path.AsSpan());
        directories.Ensure(temporaryFolder);
        directories.Ensure(directory);
        string? temporary = null;
        try
        {
            temporary = temporaryFiles.Write(body);
            if (!NativeFile.Publish(temporary, path))
                return PutOutcome.Exists;
            NativeFile.FlushDirectory(directory);
            return PutOutcome.Stored;
        }
        finally
        {
            if (temporary is not null)
                File.Delete(temporary);
        }
    }

    private static bool Publish(string temporary, string path)
    {
        if (!NativeFile.Publish(temporary, path))
            return false;
        NativeFile.FlushDirectory(Path.GetDirectoryName(path.AsSpan()));
        return true;
    }

    /// <summary>
    /// Depth first, in the key order of a bucket: a directory's name is compared with its slash. Only one directory per level is in memory.
    /// </summary>
    private static IEnumerable<ListedObject> EnumerateObjects(string directory, string folder, string prefix, CancellationToken cancellation)
    {
        foreach (var (entry, name) in ListEntries(directory))
        {
            cancellation.ThrowIfCancellationRequested();
            var key = folder + name;
            if (!key.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            if (entry is FileInfo file)
                yield return new(key, TranslateErrors("list", entry.FullName, () => file.Length));
            else if (key != TemporaryFolder + "/")
                foreach (var below in EnumerateObjects(entry.FullName, key, prefix, cancellation))
                    yield return below;
        }
    }

    private static List<(FileSystemInfo Entry, string Name)> ListEntries(string directory) => TranslateErrors("list", directory, () =>
    {
        var entries = new List<(FileSystemInfo Entry, string Name)>();
        try
        {
            foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
                entries.Add((entry, entry is DirectoryInfo ? entry.Name + "/" : entry.Name));
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing has been stored there.
        }

        entries.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return entries;
    });

    /// <summary>The path of a key's file. A key that would leave the directory or point to temporary files is a bug of the caller.</summary>
    private string PathOf(string key)
    {
        foreach (var part in key.AsSpan().Split('/'))
            if (key.AsSpan(part) is "" or "." or ".." || key.AsSpan(part).ContainsAny('\\', '\0') || Path.IsPathRooted(key.AsSpan(part)))
                throw new ArgumentException($"'{key}' is not a key.", nameof(key));
        if (key == TemporaryFolder || key.StartsWith(TemporaryFolder + "/", StringComparison.Ordinal))
            throw new ArgumentException($"'{key}' is reserved for temporary files.", nameof(key));
        return Path.Join(root, key);
    }
}
