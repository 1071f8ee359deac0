namespace Ingester.Testing.Fakes;

/// <summary>What is done to the bytes that the server sends.</summary>
internal enum Harm
{
    None,
    Flipped,
    CutOff,
}
