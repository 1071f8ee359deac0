using System.Text.Json;

namespace Ingester.Testing.Model.PlainReaders.ReaderContract;

/// <summary>
/// Reads the frames of one connection as plain JSON, independently of the decoders. It may throw on a frame that is not as promised: such a frame has no events.
/// </summary>
internal interface IPlainReader
{
    /// <summary>Reads a frame, and remembers what later frames refer to.</summary>
    void Read(JsonElement frame, FuzzReading reading);

    /// <summary>True for a frame that later frames refer to, so that every slice of a recording begins with it.</summary>
    bool IsOpening(JsonElement frame) => false;
}
