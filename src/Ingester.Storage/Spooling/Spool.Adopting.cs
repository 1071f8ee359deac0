using Ingester.Core.Memory;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>Adopts the files of earlier processes.</summary>
internal sealed partial class Spool
{
    private void Adopt()
    {
        foreach (var corrupt in directory.MoveToCorrupt())
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
            context.Events.SpoolAdopted(counters.Files, counters.Bytes, directory.Root);
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
            context.Events.SpoolFileCorrupt(directory.MoveToCorrupt(unfinished.Directory!.Name, unfinished.Name), broken.Message);
        }
    }
}
