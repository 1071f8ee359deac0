using Ingester.Core.Memory;
using Ingester.Storage.Writing;

namespace Ingester.Storage.Spooling;

/// <summary>Adopts the files of earlier processes.</summary>
internal sealed partial class Spool
{
    private void Adopt()
    {
        foreach (var corrupt in directory.SetAside())
            tally.AddCorrupt(SpoolEntry.Rounded(corrupt.Length));
        foreach (var folder in directory.Folders())
        {
            foreach (var file in directory.Files(folder).ToList())
                if (file.Name.EndsWith(SpoolEntry.Extension, StringComparison.Ordinal))
                    tally.Add(SpoolEntry.Of(file));
                else if (file.Name.EndsWith(SpoolEntry.Extension + SpoolEntry.Unfinished, StringComparison.Ordinal))
                    Finish(file);
            directory.RemoveFolder(folder);
        }

        if (tally.Files > 0)
            context.Events.SpoolAdopted(tally.Files, tally.Bytes, directory.Root);
    }

    /// <summary>
    /// An earlier process ended while it wrote this file. A complete file is adopted; an incomplete one is moved to <c>corrupt/</c>.
    /// </summary>
    private void Finish(FileInfo unfinished)
    {
        try
        {
            SpoolFile.Read(unfinished.FullName).Body.Dispose();
            tally.Add(directory.Finish(unfinished));
        }
        catch (InvalidDataException broken)
        {
            tally.AddCorrupt(SpoolEntry.Rounded(unfinished.Length));
            context.Events.SpoolFileCorrupt(directory.SetAside(unfinished.Directory!.Name, unfinished.Name), broken.Message);
        }
    }
}
