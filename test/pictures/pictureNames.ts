/** The pictures of the README, by their names in `media`. */
export const pictureNames = ['servers', 'sign-in', 'guide', 'trace'] as const;

export type PictureName = (typeof pictureNames)[number];
