namespace Ingester.Storage.Spooling;

/// <summary>Adopts the files that earlier processes left in the spool.</summary>
internal sealed class SpoolAdoption(SpoolDirectory directory, SpoolCounters counters, SpoolEvents events)
{
    /// <summary>Counts the complete files, and moves damaged ones to <c>corrupt/</c>.</summary>
    public void Run()
    {
        foreach (var corrupt in directory.CorruptFiles())
            counters.AddCorrupt(SpoolEntry.SizeOnDisk(corrupt.Length));
        foreach (var folder in directory.Folders())
        {
            foreach (var file in directory.Files(folder).ToList())
                if (file.Name.EndsWith(SpoolEntry.Extension, StringComparison.Ordinal))
                    counters.Add(SpoolEntry.FromFile(file));
                else if (file.Name.EndsWith(SpoolEntry.Extension + SpoolEntry.UnfinishedExtension, StringComparison.Ordinal))
                    AdoptUnfinished(file);
            directory.RemoveFolder(folder);
        }

        if (counters.Files > 0)
            events.SpoolAdopted(counters.Files, counters.Bytes, directory.Root);
    }

    /// <summary>
    /// An earlier process ended while it wrote this file. A complete file is adopted; an incomplete one is moved to <c>corrupt/</c>.
    /// </summary>
    private void AdoptUnfinished(FileInfo unfinished)
    {
        try
        {
            SpoolFile.Read(unfinished.FullName).Body.Dispose();
            counters.Add(directory.FinishWrite(unfinished));
        }
        catch (InvalidDataException broken)
        {
            counters.AddCorrupt(SpoolEntry.SizeOnDisk(unfinished.Length));
            events.SpoolFileCorrupt(directory.MoveToCorrupt(unfinished.Directory!.Name, unfinished.Name), broken.Message);
        }
    }
}
