namespace Ingester.Publishing.Export;

/// <summary>
/// A local folder for files that are being written. Folders of processes that were killed are removed: a process holds a lock on a file of its folder.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private const string Prefix = "ingester-export-";
    private const string LockName = "lock";

    private readonly FileStream held;

    /// <summary>Creates a folder below the folder for temporary files (<c>TMPDIR</c>).</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public WorkFolder()
    {
        RemoveAbandoned();
        Folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        held = new(Path.Combine(Folder, LockName), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>The path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Deletes all files except the lock.</summary>
    public void Clear()
    {
        foreach (var file in Directory.EnumerateFiles(Folder))
            if (Path.GetFileName(file) != LockName)
                File.Delete(file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        held.Dispose();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A process that starts has removed it in the meantime.
        }
    }

    private static void RemoveAbandoned()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
            try
            {
                using (File.Open(Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    // Nobody holds it.
                }

                Directory.Delete(folder, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It belongs to a running process or to another user.
            }
    }
}
