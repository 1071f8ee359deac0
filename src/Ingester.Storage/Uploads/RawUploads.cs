using Ingester.Core.Raw;

namespace Ingester.Storage.Uploads;

/// <summary>
/// Gives the objects of raw capture to the upload queue one at a time: segments and journals never wait for more than one of them. The objects that wait
/// here are bounded by <see cref="RawOptions.MaxMemoryBytes"/>. Thread-safe.
/// </summary>
/// <param name="send">Accepts an upload.</param>
internal sealed class RawUploads(Action<Upload> send)
{
    private readonly Lock gate = new();
    private readonly Queue<RawUpload> waiting = [];
    private bool isUploading;

    /// <summary>Accepts an object.</summary>
    /// <param name="part">The object.</param>
    /// <param name="leftMemory">Called with its size when it has left memory.</param>
    public void Add(RawObject part, Action<long> leftMemory)
    {
        var bytes = part.Lines.Length;
        var upload = new RawUpload(part, () =>
        {
            leftMemory(bytes);
            SendNext();
        })
        {
            Size = 0, // raw capture has its own bound, so that it takes no room from segments
        };
        lock (gate)
        {
            if (isUploading)
            {
                waiting.Enqueue(upload);
                return;
            }

            isUploading = true;
        }

        send(upload);
    }

    /// <summary>Discards the objects that wait here, when nothing is uploaded or spooled any more; returns their number.</summary>
    public int DropAll()
    {
        lock (gate)
        {
            var count = waiting.Count;
            while (waiting.TryDequeue(out var upload))
                upload.DisposeRows();
            return count;
        }
    }

    private void SendNext()
    {
        RawUpload? next;
        lock (gate)
            isUploading = waiting.TryDequeue(out next);
        if (next is not null)
            send(next);
    }
}
