namespace Qdiff;

/// <summary>
/// The files of a data set lack a part of it, such as its test images. Nobody need have every part, so whoever can do without one
/// may catch this; a damaged file is another matter.
/// </summary>
public sealed class MissingPartException(string message) : InputException(message);
