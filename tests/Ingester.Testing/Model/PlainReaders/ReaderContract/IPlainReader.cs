using System.Text.Json;

namespace Ingester.Testing.Model.PlainReaders.ReaderContract;

/// <summary>
/// Reads the frames of one connection as plain JSON, independently of the decoders. It may throw on an invalid frame, which then counts as a frame without events.
/// </summary>
internal interface IPlainReader
{
    /// <summary>Reads a frame, and keeps the state that later frames depend on.</summary>
    void Read(JsonElement frame, FuzzReading reading);

    /// <summary>True for a frame that later frames depend on: every slice of a recording begins with these frames.</summary>
    bool IsOpening(JsonElement frame) => false;
}
