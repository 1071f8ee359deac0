using Ingester.Core.Memory;
using Ingester.Storage.Native;
using Ingester.Storage.Stores;

namespace Ingester.Storage.Spooling;

/// <summary>
/// The files of a spool, locked by one process: <c>MINUTE/…</c> pending objects, <c>corrupt/</c> damaged files, <c>lock</c> and <c>holder</c>.
/// </summary>
internal sealed class SpoolDirectory : IDisposable
{
    private const int WouldBlock = 11;
    private const int WouldBlockElsewhere = 35; // macOS, BSD
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private readonly string corruptFolder;
    private readonly FileStream lockFile;

    private SpoolDirectory(string root, FileStream held) => (Root, this.lockFile, corruptFolder) = (root, held, CorruptFolderOf(root));

    /// <summary>The path of the directory.</summary>
    public string Root { get; }

    /// <summary>
    /// Locks a directory for this process. <paramref name="holder"/> is stored, so that the error of another process can name the owner.
    /// </summary>
    /// <exception cref="StoreException">Another process has locked it, or it cannot be written; the message says which.</exception>
    public static SpoolDirectory Open(string directory, string holder)
    {
        var root = Path.GetFullPath(directory);
#pragma warning disable CA2000 // owned by the returned directory
        var held = Lock(root);
#pragma warning restore CA2000
        try
        {
            File.WriteAllText(HolderFileOf(root), holder);
            return new(root, held);
        }
        catch (Exception error)
        {
            // Whatever the error is: the lock must be released.
            held.Dispose();
            if (FileSystemErrors.IsFileSystemError(error))
                throw FileSystemErrors.ToStoreException(error, "spool to", root);
            throw;
        }
    }

    /// <summary>The path of a file.</summary>
    public string PathOf(SpoolEntry entry) => Path.Combine(Root, entry.Folder, entry.Name);

    /// <summary>Writes a file atomically: it exists completely or not at all, even after a crash.</summary>
    public void Write(SpoolEntry entry, byte[] header, RowBuffer body)
    {
        var folder = Path.Combine(Root, entry.Folder);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            NativeFile.FlushDirectory(Root);
        }

        var path = PathOf(entry);
        var unfinished = path + SpoolEntry.UnfinishedExtension;
        try
        {
            SpoolFile.Write(unfinished, header, body);
            File.Move(unfinished, path, overwrite: false);
            NativeFile.FlushDirectory(folder);
        }
        catch
        {
            File.Delete(unfinished);
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Reads a file.</summary>
    public SpooledObject Read(SpoolEntry entry) => SpoolFile.Read(PathOf(entry));

    /// <summary>Removes a file.</summary>
    public void Remove(SpoolEntry entry) => File.Delete(PathOf(entry));

    /// <summary>Moves a file to <c>corrupt/</c>, whose files are never uploaded.</summary>
    public string MoveToCorrupt(string folder, string name)
    {
        var path = Path.Combine(corruptFolder, $"{folder}-{name}");
        File.Move(Path.Combine(Root, folder, name), path, overwrite: true);
        return path;
    }

    /// <summary>Gives a temporary file its final name after it was found to be complete.</summary>
    public SpoolEntry FinishWrite(FileInfo unfinished)
    {
        var path = unfinished.FullName[..^SpoolEntry.UnfinishedExtension.Length];
        File.Move(unfinished.FullName, path, overwrite: true);
        return SpoolEntry.FromFile(new FileInfo(path));
    }

    /// <summary>Removes a folder if it is empty.</summary>
    public void RemoveFolder(string folder)
    {
        var path = Path.Combine(Root, folder);
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
            Directory.Delete(path);
    }

    /// <summary>The folders of the minutes, in order.</summary>
    public IEnumerable<string> Folders() => Directory.EnumerateDirectories(Root)
        .Select(path => Path.GetFileName(path))
        .Where(name => SpoolEntry.MinuteOf(name) is not null)
        .Order(StringComparer.Ordinal);

    /// <summary>The files of a folder.</summary>
    public IEnumerable<FileInfo> Files(string folder) => new DirectoryInfo(Path.Combine(Root, folder)) is { Exists: true } known ? known.EnumerateFiles() : [];

    /// <summary>The damaged files.</summary>
    public IEnumerable<FileInfo> CorruptFiles() => new DirectoryInfo(corruptFolder).EnumerateFiles();

    /// <summary>Releases the lock.</summary>
    public void Dispose() => lockFile.Dispose();

    private static string CorruptFolderOf(string root) => Path.Combine(root, "corrupt");

    private static string HolderFileOf(string root) => Path.Combine(root, "holder");

    private static string ReadHolder(string root)
    {
        try
        {
            return File.ReadAllText(HolderFileOf(root));
        }
        catch (Exception error) when (FileSystemErrors.IsFileSystemError(error))
        {
            return "another process";
        }
    }

    private static FileStream Lock(string root)
    {
        try
        {
            Directory.CreateDirectory(CorruptFolderOf(root));
            return new(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken.HResult is WouldBlock or WouldBlockElsewhere or WindowsSharingViolation)
        {
            throw new StoreException($"The spool {root} is in use by {ReadHolder(root)}: give each recorder a directory of its own.", permanent: true, taken);
        }
        catch (Exception error) when (FileSystemErrors.IsFileSystemError(error))
        {
            throw FileSystemErrors.ToStoreException(error, "spool to", root);
        }
    }
}
